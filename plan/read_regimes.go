package plan

import (
	"time"

	"go.yaml.in/yaml/v3"
)

var regimeFields = []field[Regime]{
	{"id", true, "What the regime is called: gdpr, nis2, dora.", takesID(func(r *Regime) *string { return &r.ID })},
	{"in_scope", true, "Whether it applies. Nothing infers it.", takesFlag(func(r *Regime) *bool { return &r.InScope })},
	{"declared_by", true, "Who has declared that, for the lawyers.", takesRef(person, func(r *Regime) *string { return &r.DeclaredBy })},
	{"declared_at", true, "When.", takesDay(func(r *Regime) *time.Time { return &r.DeclaredAt })},
	{"entity_type", false, "What the organisation is in the regime's eyes: bank, insurer. Decides which relief applies.", takesText(func(r *Regime) *string { return &r.EntityType })},
	{"zone", false, "The zone of the regime's wall clock; the plan's when it is missing.", takesZone(func(r *Regime) *string { return &r.Zone })},
	{"calendar", false, "The list of holidays by which its business days are counted: NAME of holidays/NAME.txt.", takesRef(calendar, func(r *Regime) *string { return &r.Calendar })},
}

// readRegimes reads regimes.yaml, which may be missing.
func (l *loader) readRegimes() {
	readOptionalList(l, "regimes.yaml", "regimes", regime, "a regime", regimeFields, func(d document, n *yaml.Node, r Regime) {
		if r.Zone == "" {
			r.Zone = l.plan.Policy.Zone
		}
		if r.ID != "" && l.define(regime, r.ID, d.at(n)) {
			l.plan.Regimes = append(l.plan.Regimes, r)
		}
	})
}
