// Package northbridge is the sample plan, so that the demo needs no files: a
// payments company with eleven services and the people who run them.
package northbridge

import "embed"

// Files is the plan's folder.
//
//go:embed people.yaml policy.yaml teams.yaml services
var Files embed.FS
