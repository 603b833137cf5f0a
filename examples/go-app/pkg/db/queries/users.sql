-- name: UpsertUser :one
INSERT INTO users (discord_id, display_name)
VALUES (@discord_id, @display_name)
ON CONFLICT (discord_id) DO UPDATE SET display_name = excluded.display_name
RETURNING *;

-- name: UserByDiscordID :one
SELECT * FROM users WHERE discord_id = @discord_id;
