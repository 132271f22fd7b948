package web

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"time"

	"holdfast/bot"
	"holdfast/incident"
	"holdfast/internal/fault"
)

var incidentForm = regexp.MustCompile(`^(INC|DRL)-(r[0-9]+-)?[0-9]{1,9}$`)

// Summary is one line of the list of incidents. The state of each has more.
type Summary struct {
	ID        string     `json:"id"`
	Title     string     `json:"title"`
	Severity  int        `json:"severity"`
	Phase     string     `json:"phase"`
	Private   bool       `json:"private"`
	Drill     bool       `json:"drill"`
	Services  []string   `json:"services"`
	Since     *time.Time `json:"since,omitempty"`      // start of the impact, of those that are open
	InCommand string     `json:"in_command,omitempty"` // the commander, or who acts as one
	Room      string     `json:"room,omitempty"`
}

func summaryOf(s incident.State) Summary {
	return Summary{ID: s.ID, Title: s.Title, Severity: s.Severity, Phase: s.Phase, Private: s.Private, Drill: s.Drill,
		Services: append([]string{}, s.Services...), Since: s.T0, InCommand: s.InCommand(), Room: s.Room}
}

// incidents lists them: the open ones, or with ?all=true all.
func (s *Server) incidents(w http.ResponseWriter, r *http.Request) {
	states, err := s.o.Desk.List(r.Context(), asked(r, "list"), r.URL.Query().Get("all") == "true")
	if err != nil {
		s.refuse(w, r, 0, err)
		return
	}
	lines := make([]Summary, len(states))
	for i, state := range states {
		lines[i] = summaryOf(state)
	}
	s.write(w, r, http.StatusOK, map[string]any{"incidents": lines})
}

// incident is the state of one, as docs/state.md describes it.
func (s *Server) incident(w http.ResponseWriter, r *http.Request) {
	id, err := idOf(r)
	if err != nil {
		s.refuse(w, r, 0, err)
		return
	}
	state, err := s.o.Desk.Look(r.Context(), asked(r, "status #"+id), id)
	if err != nil {
		s.refuse(w, r, 0, err)
		return
	}
	s.write(w, r, http.StatusOK, state)
}

// export hands the record out. Whether the caller may have it is for the
// command of that name to say, which is given first.
func (s *Server) export(w http.ResponseWriter, r *http.Request) {
	id, err := idOf(r)
	if err != nil {
		s.refuse(w, r, 0, err)
		return
	}
	format := r.URL.Query().Get("format")
	if format == "" {
		format = "md"
	}
	request := asked(r, "export format:"+format+" #"+id)
	if !regexp.MustCompile(`^[a-z]{1,10}$`).MatchString(format) {
		s.refuse(w, r, 0, fault.New(fault.Range, "There is no such format.", "md, html, csv, json or jsonl."))
		return
	}
	reply, later := s.o.Answering.Answer(r.Context(), request)
	if later != nil {
		if reply, err = later(r.Context()); err != nil {
			return // whoever asked has gone
		}
	}
	if reply.Code != "" {
		s.write(w, r, statusOf(reply.Code), answerOf("", reply))
		return
	}
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", reply.File))
	w.Header().Set("Content-Type", mediaTypes[format])
	// A long record takes longer than an answer may.
	ctx, done := context.WithTimeout(r.Context(), time.Minute)
	defer done()
	if err := http.NewResponseController(w).SetWriteDeadline(time.Time{}); err != nil {
		s.o.Log.Debug("lift the limit of an answer", "err", err)
	}
	out := &counted{ResponseWriter: w}
	if err := s.o.Export(ctx, out, id, format); err != nil {
		if out.n == 0 {
			w.Header().Del("Content-Disposition")
			s.refuse(w, r, 0, err)
			return
		}
		s.o.Log.Error("export broke off", "incident", id, "format", format, "err", err)
		panic(http.ErrAbortHandler) // half a record must not look like a whole one
	}
}

var mediaTypes = map[string]string{
	"md": "text/markdown; charset=utf-8", "html": "text/html; charset=utf-8", "csv": "text/csv; charset=utf-8; header=present", "json": "application/json; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8",
}

// counted knows whether anything has been written.
type counted struct {
	http.ResponseWriter
	n int
}

func (c *counted) Write(p []byte) (int, error) {
	n, err := c.ResponseWriter.Write(p)
	c.n += n
	return n, err
}

func (s *Server) whoami(w http.ResponseWriter, r *http.Request) {
	p, known := s.o.Plan().Person(personOf(r))
	s.write(w, r, http.StatusOK, map[string]any{"person": personOf(r), "name": p.Name, "groups": append([]string{}, bot.GroupsOf(p, s.o.Standing)...), "known": known,
		"people": s.o.Plan().PersonIDs(), "zone": s.o.Plan().Policy.Zone, "plan": s.o.Plan().Commit})
}

func idOf(r *http.Request) (string, error) {
	id := r.PathValue("id")
	if !incidentForm.MatchString(id) {
		return "", fault.Newf(fault.UnknownID, "They are called INC-42 and DRL-7.", "There is no incident %q.", clip(id, 40))
	}
	return id, nil
}
