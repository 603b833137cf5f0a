-- title: Tables with vectors and their indexes, of all types; indexes, a column and a function arrive beside them
-- group: copied
-- before
CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA extensions;
CREATE TABLE docs (id int PRIMARY KEY, emb extensions.vector(3), half extensions.halfvec(4), thin extensions.sparsevec(5), bits bit(3));
CREATE INDEX docs_emb ON docs USING hnsw (emb extensions.vector_cosine_ops);
CREATE INDEX docs_lists ON docs USING ivfflat (emb);
-- rows
INSERT INTO docs (id) VALUES (1), (2);
-- after
CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA extensions;
CREATE TABLE docs (id int PRIMARY KEY, emb extensions.vector(3), half extensions.halfvec(4), thin extensions.sparsevec(5), bits bit(3), body text);
CREATE INDEX docs_emb ON docs USING hnsw (emb vector_cosine_ops);
CREATE INDEX docs_lists ON docs USING ivfflat (emb vector_l2_ops);
CREATE INDEX docs_half ON docs USING hnsw (half halfvec_l2_ops) WHERE body IS NOT NULL;
CREATE INDEX docs_cast ON docs USING hnsw ((emb::halfvec(3)) halfvec_ip_ops);
CREATE INDEX docs_bits ON docs USING hnsw (bits bit_hamming_ops);
CREATE INDEX docs_thin ON docs USING hnsw (thin sparsevec_l1_ops);
CREATE FUNCTION docs_near(q vector) RETURNS SETOF docs LANGUAGE sql STABLE AS $$ SELECT * FROM docs ORDER BY emb <=> q LIMIT 3 $$;
