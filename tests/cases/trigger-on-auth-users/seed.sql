INSERT INTO auth.users (id, email) SELECT md5('u' || n)::uuid, 'u' || n || '@x.example' FROM generate_series(1, 5) n;
INSERT INTO user_profiles SELECT id, 'known' FROM auth.users;
