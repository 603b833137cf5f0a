//go:build mage

// Tasks of this module: `mage db:status`, edit pkg/db/schema.sql, `mage db:sync`.
package main

import (
	"os"

	"github.com/magefile/mage/mg"
	"github.com/magefile/mage/sh"
)

// DB holds the database's tasks.
type DB mg.Namespace

// Status tells whether the database is what pkg/db/schema.sql says.
func (DB) Status() error { return supasync("status") }

// Diff shows the SQL that would bring the database there.
func (DB) Diff() error { return supasync("diff") }

// Sync brings it there: rehearsed, shown, confirmed, recorded.
func (DB) Sync() error { return supasync("sync") }

// Rollback goes back to before the last sync, or to the version in VERSION.
func (DB) Rollback() error {
	if version := os.Getenv("VERSION"); version != "" {
		return supasync("rollback", version)
	}
	return supasync("rollback")
}

// Verify checks that schema, migrations, queries and generated code fit together.
func (DB) Verify() error { return supasync("verify") }

func supasync(arguments ...string) error { return sh.RunV("supasync", arguments...) }
