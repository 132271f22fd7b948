package incident

import (
	"slices"
	"strings"

	"holdfast/internal/fault"
)

// Supplier is a vendor as an update concerns it: what its people may read, and
// where.
type Supplier struct {
	ID       string            `json:"id"`
	Name     string            `json:"name,omitempty"`
	Contract string            `json:"contract,omitempty"` // its reference
	Services []SuppliedService `json:"services"`           // those of the incident that stand on it
	Mail     []string          `json:"mail,omitempty"`     // its contacts' addresses; none where the plan has telephones only
}

// SuppliedService is one service that a vendor has a part in.
type SuppliedService struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
}

// Supplies returns the vendor of an update whose contact an address is.
func (u Sent) Supplies(address string) (Supplier, bool) {
	i := slices.IndexFunc(u.Vendors, func(v Supplier) bool { return slices.Contains(v.Mail, address) })
	if i < 0 {
		return Supplier{}, false
	}
	return u.Vendors[i], true
}

// concerned returns the vendors that an update is for: those of the services of
// the incident, each with no other service; or the one that it names.
func (s State) concerned(a SendUpdate) ([]Supplier, Verdict) {
	var all []Supplier
	known := false
	for _, v := range a.Vendors {
		if a.Vendor != "" && v.ID != a.Vendor {
			continue
		}
		known = true
		v.Services = slices.DeleteFunc(slices.Clone(v.Services), func(x SuppliedService) bool { return !slices.Contains(s.Services, x.ID) })
		if len(v.Services) > 0 {
			all = append(all, v)
		}
	}
	switch {
	case a.Vendor != "" && !known:
		return nil, refuse(fault.UnknownID, "`audience:vendor` alone writes to all whose services are in the incident.", "The plan has no vendor %q.", a.Vendor)
	case len(all) == 0 && a.Vendor != "":
		return nil, refuse(fault.StateConflict, "`/incident edit services ...` says what else is concerned.", "No service of %s stands on %s.", s.ID, a.Vendor)
	case len(all) == 0:
		return nil, refuse(fault.StateConflict, "`/incident edit services ...` says what else is concerned.", "No service of %s stands on a vendor of the plan.", s.ID)
	case len(addresses(all)) == 0:
		return nil, refuse(fault.Missing, "Call them, and give the vendor a level with \"mail:...\" as its channel in the plan.", "The plan has no mail address of %s.", strings.Join(names(all), ", "))
	}
	return all, Verdict{}
}

func names(all []Supplier) []string {
	var ids []string
	for _, v := range all {
		ids = append(ids, v.ID)
	}
	return ids
}

// addresses are those of some vendors' contacts, each once.
func addresses(all []Supplier) []string {
	var to []string
	for _, v := range all {
		for _, one := range v.Mail {
			if !slices.Contains(to, one) {
				to = append(to, one)
			}
		}
	}
	return to
}

// foreign are the services that some who reads the text must not know of: all
// but those that every vendor has a part in.
func foreign(services []string, readers []Supplier) []string {
	return slices.DeleteFunc(slices.Clone(services), func(id string) bool {
		return !slices.ContainsFunc(readers, func(v Supplier) bool {
			return !slices.ContainsFunc(v.Services, func(x SuppliedService) bool { return x.ID == id })
		})
	})
}
