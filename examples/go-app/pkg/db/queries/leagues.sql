-- name: CreateLeague :one
INSERT INTO leagues (name, season, owner_id)
VALUES (@name, @season, @owner_id)
RETURNING *;

-- name: SetLeagueStatus :execrows
UPDATE leagues SET status = @status WHERE id = @id;

-- name: LeaguesOfSeason :many
SELECT * FROM leagues WHERE season = @season ORDER BY name;
