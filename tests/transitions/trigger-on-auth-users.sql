-- title: A trigger on auth.users makes a profile for each new user
-- group: harmless
-- before
CREATE TABLE user_profiles (id uuid PRIMARY KEY REFERENCES auth.users (id) ON DELETE CASCADE, name text);
-- rows
INSERT INTO auth.users (id, email) SELECT md5('u' || n)::uuid, 'u' || n || '@x.example' FROM generate_series(1, 5) n;
INSERT INTO user_profiles SELECT id, 'known' FROM auth.users;
-- after
CREATE TABLE user_profiles (id uuid PRIMARY KEY REFERENCES auth.users (id) ON DELETE CASCADE, name text);
CREATE FUNCTION handle_new_user() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$ BEGIN INSERT INTO public.user_profiles (id, name) VALUES (NEW.id, NEW.email); RETURN NEW; END $$;
CREATE TRIGGER on_auth_user_created AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION handle_new_user();
