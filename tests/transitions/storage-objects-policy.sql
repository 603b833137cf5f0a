-- title: A policy on storage.objects arrives beside a table of the project's own
-- group: harmless
-- rare: yes
-- before
CREATE TABLE avatars (id int PRIMARY KEY, path text NOT NULL);
-- rows
INSERT INTO avatars SELECT n, 'a/' || n FROM generate_series(1, 4) n;
-- after
CREATE TABLE avatars (id int PRIMARY KEY, path text NOT NULL);
CREATE POLICY avatars_read ON storage.objects FOR SELECT TO authenticated USING (bucket_id = 'avatars' AND (storage.foldername(name))[1] = auth.uid()::text);
