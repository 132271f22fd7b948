package jira

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The queries it understands: the three that Holdfast asks.
var (
	byLabel   = regexp.MustCompile(`^labels = "([^"\s]+)" ORDER BY created ASC$`)
	byKeys    = regexp.MustCompile(`^issuekey in \(([A-Z0-9_, -]+)\) ORDER BY created ASC$`)
	byProject = regexp.MustCompile(`^project = "([A-Z0-9_]+)" ORDER BY created DESC$`)
)

// hit is one ticket as a search sees it.
type hit struct {
	*issue
	as view
}

func (j *Jira) query(jql string, fresh []int) (hits []hit, wrong answer, ok bool) {
	var wanted func(*issue) bool
	newest := false
	if m := byLabel.FindStringSubmatch(jql); m != nil {
		wanted = func(i *issue) bool { return slices.Contains(i.labels, m[1]) }
	} else if m := byKeys.FindStringSubmatch(jql); m != nil {
		keys := strings.Split(m[1], ", ")
		for _, k := range keys {
			if j.byKey[k] == nil {
				return nil, messages(http.StatusBadRequest, fmt.Sprintf("An issue with key '%s' does not exist for field 'issuekey'.", k)), false
			}
		}
		wanted = func(i *issue) bool { return slices.ContainsFunc(keys, func(k string) bool { return j.byKey[k] == i }) }
	} else if m := byProject.FindStringSubmatch(jql); m != nil {
		if !slices.Contains(j.o.Projects, m[1]) {
			return nil, messages(http.StatusBadRequest, fmt.Sprintf("The value '%s' does not exist for the field 'project'.", m[1])), false
		}
		wanted, newest = func(i *issue) bool { return i.project == m[1] }, true
	} else {
		return nil, messages(http.StatusBadRequest, "Error in the JQL Query: '"+jql+"' cannot be understood here."), false
	}
	for _, i := range j.issues {
		as := j.seen(i)
		if slices.Contains(fresh, i.id) {
			as = view{true, i.status, i.updated}
		}
		if as.created && wanted(i) {
			hits = append(hits, hit{i, as})
		}
	}
	if newest {
		slices.Reverse(hits)
	}
	return hits, answer{}, true
}

func (j *Jira) found(hits []hit, names string) []object {
	list := []object{}
	for _, h := range hits {
		o := object{"id": strconv.Itoa(h.id)}
		if names != "" { // without fields only ids are told
			o["key"], o["fields"] = h.key, j.fields(h.issue, names, h.as)
		}
		list = append(list, o)
	}
	return list
}

func (j *Jira) searchCloud(q url.Values) answer {
	for name := range q {
		if !slices.Contains([]string{"jql", "nextPageToken", "maxResults", "fields", "expand", "reconcileIssues"}, name) {
			return messages(http.StatusBadRequest, "Invalid request: unknown parameter "+name)
		}
	}
	var fresh []int
	for id := range strings.SplitSeq(q.Get("reconcileIssues"), ",") {
		if n, err := strconv.Atoi(id); err == nil {
			fresh = append(fresh, n)
		}
	}
	hits, wrong, ok := j.query(q.Get("jql"), fresh)
	if !ok {
		return wrong
	}
	start := 0
	if token := q.Get("nextPageToken"); token != "" {
		n, err := strconv.Atoi(strings.TrimPrefix(token, "page-"))
		if err != nil {
			return messages(http.StatusBadRequest, "The provided next page token is invalid or expired.")
		}
		start = n
	}
	end := min(start+j.most(q), len(hits))
	a := object{"issues": j.found(hits[min(start, end):end], q.Get("fields")), "isLast": end == len(hits)}
	if end < len(hits) {
		a["nextPageToken"] = fmt.Sprintf("page-%d", end)
	}
	return with(http.StatusOK, a)
}

func (j *Jira) searchServer(q url.Values) answer {
	hits, wrong, ok := j.query(q.Get("jql"), nil)
	if !ok {
		return wrong
	}
	start, _ := strconv.Atoi(q.Get("startAt"))
	end := min(start+j.most(q), len(hits))
	names := q.Get("fields")
	if names == "" {
		names = "summary,status,updated,labels"
	}
	return with(http.StatusOK, object{"startAt": start, "maxResults": j.most(q), "total": len(hits), "issues": j.found(hits[min(start, end):end], names)})
}

func (j *Jira) most(q url.Values) int {
	if n, err := strconv.Atoi(q.Get("maxResults")); err == nil && n > 0 {
		return min(n, j.o.Page)
	}
	return j.o.Page
}
