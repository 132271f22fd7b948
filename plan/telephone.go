package plan

// Telephones returns the numbers of people by their id and of what can be
// paged by its target: "dan", "team:dba", "service:ledger", "@dan". What has no
// number is left out.
func (p *Plan) Telephones() map[string]string {
	numbers := map[string]string{}
	put := func(key, number string) {
		if number != "" {
			numbers[key] = number
		}
	}
	for _, x := range p.People {
		put(x.ID, x.Phone)
		put("@"+x.ID, x.Phone)
	}
	for _, t := range p.Teams {
		put("team:"+t.ID, t.Phone)
	}
	for _, s := range p.Services {
		put("service:"+s.ID, numbers["team:"+s.Team])
	}
	return numbers
}
