package readiness

// rule is who may do something, with the words a refusal uses.
type rule struct{ name, says string }

// The rules. Every action names one.
var (
	ruleAnyone  = rule{"anyone", "everybody but guests"}
	ruleOwner   = rule{"service-owner", "the business owners of the service and of the processes that need it"}
	ruleRater   = rule{"rater", "the business owners of the service and the team that runs it"}
	ruleDecider = rule{"third-person", "the person the dispute names, or another executive, and neither party"}
	ruleEngine  = rule{"engine", "Holdfast itself"}
	rules       = []rule{ruleAnyone, ruleOwner, ruleRater, ruleDecider, ruleEngine}
)

// Rules returns each permission rule's name and who it allows, for the docs.
func Rules() (names, says []string) {
	for _, r := range rules {
		names, says = append(names, r.name), append(says, r.says)
	}
	return names, says
}
