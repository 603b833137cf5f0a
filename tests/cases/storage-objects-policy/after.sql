CREATE TABLE avatars (id int PRIMARY KEY, path text NOT NULL);
CREATE POLICY avatars_read ON storage.objects FOR SELECT TO authenticated USING (bucket_id = 'avatars' AND (storage.foldername(name))[1] = auth.uid()::text);
