package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// slotsOf begins the keys of settings that name a team, "team_slots.dba".
const slotsOf = "team_slots."

// planSettings are what the calculations over the plan go by.
func (p *Policy) planSettings(add func(key, def string, v value, doc string)) {
	for tier, ceiling := range [5]string{"45m", "1h", "4h", "24h", "72h"} {
		add(fmt.Sprintf("tier_rto_ceiling.t%d", tier), ceiling, length{&p.TierRTO[tier]},
			fmt.Sprintf("The longest recovery time objective of a tier %d service.", tier))
	}
	for tier, ceiling := range [5]string{"none", "5m", "1h", "24h", "24h"} {
		add(fmt.Sprintf("tier_rpo_ceiling.t%d", tier), ceiling, lengthOrNone{&p.TierRPO[tier]},
			fmt.Sprintf("The longest recovery point objective of a tier %d service; none means what its dependants demand.", tier))
	}
	for tier, every := range [5]string{"3 months", "3 months", "6 months", "12 months", "24 months"} {
		add(fmt.Sprintf("tier_test.t%d", tier), every, months{&p.TierTest[tier], 60},
			fmt.Sprintf("How often the recovery of a tier %d service is tested.", tier))
	}
	add("rto_clock", "impact", word{&p.RTOClock, []string{"impact", "declared"}}, "From when the recovery time counts: from the begin of the impact, or from the declaration.")
	add("tight.share", "20%", share{&p.TightShare}, "A forecast that leaves less than this share of its deadline is TIGHT.")
	add("slots.team", "1", count{&p.TeamSlotsUsual, 1, 100}, "How many services a team recovers at a time, where team_slots.TEAM says nothing else.")
	add("slots.all", "none", countOrNone{&p.SlotsAll, 1000}, "How many services all teams together recover at a time; none means that there is no such limit.")
	for _, id := range slices.Sorted(maps.Keys(p.TeamSlots)) {
		add(slotsOf+id, "", teamSlots{&p.TeamSlots, id}, slotsDoc)
	}

	add("bia.points", "1h,4h,6h,8h,24h,72h,7d", lengths{&p.BIAPoints}, "After how long an absence a process's impact is judged, where it gives no points of its own.")
	add("bia.unacceptable", "3", count{&p.BIAUnacceptable, 1, 4}, "The lowest level of impact that cannot be borne, where a process says nothing else.")

	add("rating.due", "10", count{&p.RatingDue, 1, 60}, "Within how many business days a disputed rating is decided.")
	add("rating.ratio", "2", ratio{&p.RatingRatio}, "Two ratings of one tier are in dispute when one RTO is at least so many times the other.")
	add("rating.deciders", "", people{&p.RatingDeciders}, "Who decides when IT and the business rate a service too differently: the first who is neither party; none means the executives.")
	add("rating.risk_accept", "12 months", months{&p.RiskAccept, 12}, "How long the acceptance of a risk may last.")
	add("review.every", "3 months", months{&p.ReviewEvery, 24}, "How long an assessment holds before it is due again.")
	add("review.grace", "14d", length{&p.ReviewGrace}, "How long an assessment that is due counts as overdue, but not yet as lapsed.")
	add("review.change", "14d", length{&p.ReviewChange}, "Within which time after a major change what it touches is assessed anew.")
	add("review.digest", "monday", oneOf{&p.ReviewDigest, []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}}, "On which weekday, at nine, owners and deciders are told what waits for them.")
	add("playbook.review", "180d", length{&p.PlaybookReview}, "For how long a playbook may go without a review.")
	add("vendor.verify", "90d", length{&p.VendorVerify}, "For how long the contacts of a vendor may go without being tried.")

	add("criteria.window", "30d", length{&p.CriteriaWindow}, "The time over which an error budget is counted, where a service's criteria say nothing else.")
	add("criteria.min_volume", "100", count{&p.CriteriaVolume, 1, 1_000_000}, "Fewer requests than these say nothing, where a service's criteria say nothing else.")
	add("criteria.outage_ratio", "50%", share{&p.CriteriaOutage}, "Below this share of requests that succeed it is an outage, where a service's criteria say nothing else.")
	add("criteria.quorum", "2/3", share{&p.CriteriaQuorum}, "The share of vantages whose failing makes an outage, where a service's criteria say nothing else.")
	add("criteria.hold", "10m", length{&p.CriteriaHold}, "How long a better state has to last, where a service's criteria say nothing else.")

	add("clock.due_soon", "25%", share{&p.ClockDueSoon}, "With less than this share of its period left a regulatory clock is due soon.")
	add("clock.due_soon.at_least", "4h", length{&p.ClockDueSoonLeast}, "With less than this left a regulatory clock is due soon in any case.")
}

const slotsDoc = "How many services this team recovers at a time."

// slotsSetting is the row of a team, whether or not it has one yet.
func (p *Policy) slotsSetting(key string) (s boundSetting, ok bool) {
	id, found := strings.CutPrefix(key, slotsOf)
	if !found || !IsID(id) {
		return boundSetting{}, false
	}
	v := teamSlots{&p.TeamSlots, id}
	return boundSetting{Setting{key, "", v.expects(), slotsDoc}, v}, true
}

// Slots returns how many services a team recovers at a time.
func (p Policy) Slots(team string) int {
	if n, ok := p.TeamSlots[team]; ok {
		return n
	}
	return p.TeamSlotsUsual
}
