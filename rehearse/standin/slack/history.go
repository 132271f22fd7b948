package slack

import "slices"

// history lists a channel, newest first and without what is only in threads.
func (w *Workspace) history(c call) (answer, error) {
	r, err := w.joined(c.get("channel"))
	if err != nil {
		return nil, err
	}
	var all []*Message
	for _, m := range slices.Backward(r.said) {
		if m.EphemeralTo == "" && within(c, m.TS) && (m.ThreadTS == "" || m.ThreadTS == m.TS || m.Broadcast) {
			all = append(all, m)
		}
	}
	return w.pageOf(c, r, all)
}

// replies lists a thread, its first message included, oldest first.
func (w *Workspace) replies(c call) (answer, error) {
	r, err := w.joined(c.get("channel"))
	if err != nil {
		return nil, err
	}
	first := r.message(c.get("ts"))
	if first == nil {
		return nil, no("thread_not_found")
	}
	thread := first.TS
	if first.ThreadTS != "" {
		thread = first.ThreadTS
	}
	var all []*Message
	for _, m := range r.said {
		if m.EphemeralTo == "" && (m.TS == thread || m.ThreadTS == thread && within(c, m.TS)) {
			all = append(all, m)
		}
	}
	return w.pageOf(c, r, all)
}

// within tells whether a ts is between oldest and latest. A ts has as many
// digits as any other, so that texts compare as numbers do.
func within(c call, ts string) bool {
	oldest, latest := c.get("oldest"), c.get("latest")
	if c.is("inclusive") && (ts == oldest || ts == latest) {
		return true
	}
	return (oldest == "" || oldest == "0" || ts > oldest) && (latest == "" || latest == "0" || ts < latest)
}

func (w *Workspace) pageOf(c call, r *room, all []*Message) (answer, error) {
	part, meta, err := page(c, all, 100)
	if err != nil {
		return nil, err
	}
	told := []answer{}
	for _, m := range part {
		a := w.asTold(m, c.is("include_all_metadata"))
		if m.ThreadTS == m.TS {
			a["reply_count"] = r.answers(m.TS)
		}
		told = append(told, a)
	}
	more := meta["next_cursor"] != ""
	return answer{"messages": told, "has_more": more, "pin_count": r.pins(), "response_metadata": meta}, nil
}

func (r *room) answers(thread string) (n int) {
	for _, m := range r.said {
		if m.ThreadTS == thread && m.TS != thread && m.EphemeralTo == "" {
			n++
		}
	}
	return n
}

func (r *room) pins() (n int) {
	for _, m := range r.said {
		if m.Pinned {
			n++
		}
	}
	return n
}
