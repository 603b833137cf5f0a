// Command go-app prints the standings of every league of a season.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"text/tabwriter"

	"github.com/jackc/pgx/v5"

	"example.com/go-app/pkg/db"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "go-app:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, arguments []string, out io.Writer) error {
	if len(arguments) != 1 {
		return errors.New("usage: go-app SEASON")
	}
	season, err := strconv.ParseInt(arguments[0], 10, 32)
	if err != nil {
		return fmt.Errorf("season: %w", err)
	}
	connection, err := pgx.Connect(ctx, os.Getenv("DATABASE_URL"))
	if err != nil {
		return err
	}
	defer connection.Close(ctx)
	return printSeason(ctx, db.New(connection), int32(season), out)
}

func printSeason(ctx context.Context, queries *db.Queries, season int32, out io.Writer) error {
	leagues, err := queries.LeaguesOfSeason(ctx, season)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, league := range leagues {
		standings, err := queries.Standings(ctx, league.ID)
		if err != nil {
			return err
		}
		fmt.Fprintf(table, "%s\t(%s)\n", league.Name, league.Status)
		for place, row := range standings {
			points, err := row.TotalPoints.Float64Value()
			if err != nil {
				return err
			}
			fmt.Fprintf(table, "%d.\t%s\t%.2f\t%d weeks\n", place+1, row.TeamName, points.Float64, row.WeeksPlayed)
		}
	}
	return table.Flush()
}
