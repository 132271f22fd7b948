package statuspage

import (
	"context"
	"net/http"
)

// Examined is what Statuspage says of the page.
type Examined struct {
	Name       string
	Components map[string]string // id -> name
}

// Examine looks at the page and its components without changing anything.
func (p *Page) Examine(ctx context.Context) (Examined, error) {
	var about struct {
		Name string `json:"name"`
	}
	x := Examined{Components: map[string]string{}}
	if err := p.call(ctx, http.MethodGet, "", nil, &about); err != nil {
		return x, p.failed(err)
	}
	x.Name = about.Name
	for page := 1; page <= mostPages; page++ {
		var all []struct{ ID, Name string }
		if err := p.list(ctx, "components", "per_page", page, &all); err != nil {
			return x, p.failed(err)
		}
		for _, c := range all {
			x.Components[c.ID] = c.Name
		}
		if len(all) < perPage {
			break
		}
	}
	return x, nil
}
