// Package northbridge is the sample plan, so that the demo needs no files: a
// payments company with eleven services and the people who run them.
package northbridge

import "embed"

// Files is the plan's folder.
//
//go:embed bia exercises holidays people.yaml playbooks policy.yaml regimes.yaml scripts services teams.yaml vendors windows.yaml
var Files embed.FS
