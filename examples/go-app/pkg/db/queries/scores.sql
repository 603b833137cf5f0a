-- name: CreateTeam :one
INSERT INTO teams (league_id, owner_id, name)
VALUES (@league_id, @owner_id, @name)
RETURNING *;

-- name: RecordScore :exec
INSERT INTO weekly_scores (team_id, week, points)
VALUES (@team_id, @week, @points)
ON CONFLICT (team_id, week) DO UPDATE SET points = excluded.points;

-- name: Standings :many
SELECT team_id, team_name, weeks_played, total_points
FROM standings
WHERE league_id = @league_id
ORDER BY total_points DESC, team_name;
