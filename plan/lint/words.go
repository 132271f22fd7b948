package lint

import (
	"strconv"
	"time"

	"holdfast/plan"
)

func length(d time.Duration) string { return plan.FormatDuration(d) }

func number(n int) string { return strconv.Itoa(n) }
