package slack

import "holdfast/bot"

// sampleForms are forms with the fields that the commands ask for, by a name.
func sampleForms() map[string]bot.Form {
	asked := bot.Form{ID: "d-1", Title: "Declare an incident", Root: "incident", Verb: "declare", Submit: "Send", Fields: []bot.Field{
		{Name: "title", Label: "What is wrong", Kind: "line", Required: true, Hint: "as users would say it"},
		{Name: "sev", Label: "Severity", Kind: "choice", Value: "1", Options: []string{"1", "2", "3", "4"}},
		{Name: "service", Label: "Services", Kind: "line", Value: "payments_api"},
		{Name: "health", Label: "Health", Kind: "choice", Options: []string{"outage", "degraded"}},
		{Name: "impact", Label: "Impact", Kind: "text"},
	}}
	wrong := asked
	wrong.Fields = append([]bot.Field(nil), asked.Fields...)
	wrong.Fields[0].Error = "This is needed: What is wrong."
	wrong.Fields[2].Value, wrong.Fields[2].Error = "payment_api", "There is no service payment_api. Did you mean payments_api?"
	return map[string]bot.Form{
		"declare":       asked,
		"declare-wrong": wrong,
		"decide": {ID: "d-2", Title: "Record a decision with its reason", Root: "incident", Verb: "decide", Of: "INC-1", Submit: "Send", Fields: []bot.Field{
			{Name: "text", Label: "Decision", Kind: "text", Value: "fail over to site_b", Required: true},
			{Name: "because", Label: "Why", Kind: "text", Hint: "asked once; left empty it is stored as: no reason given"},
			{Name: "alternatives", Label: "Alternatives", Kind: "line", Hint: "separate several with ;"},
			{Name: "reversible", Label: "Reversible", Kind: "choice", Options: []string{"yes", "no"}},
		}},
		"update": {ID: "d-3", Title: "Send an update", Root: "incident", Verb: "update", Of: "INC-1", Submit: "Send", Fields: []bot.Field{
			{Name: "text", Label: "Update", Kind: "text", Required: true},
			{Name: "audience", Label: "Audience", Kind: "choice", Options: []string{"team", "exec"}, Hint: "team when left out"},
			{Name: "next", Label: "Next update in", Kind: "line", Hint: "30m; the cadence when left out"},
		}},
		"offer": {ID: "d-4", Title: "Offer a role", Root: "incident", Verb: "role offer", Of: "INC-1", Submit: "Send", Fields: []bot.Field{
			{Name: "person", Label: "Person", Kind: "person", Value: "@alice", Required: true},
		}},
	}
}
