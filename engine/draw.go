package engine

import (
	"context"
	"runtime/debug"
	"sync"
	"time"
)

// mostDrawings is how many incidents are drawn at once. A chat that hangs keeps
// them, and nothing else.
const mostDrawings = 8

// draw notes when each incident is next due and has what has changed drawn,
// beside whoever asked: drawing calls a chat, and pages must not wait for one
// that hangs. An incident is drawn by one at a time. A replica that does not
// perform is due for what it draws, not for timers.
func (e *Engine) draw(ctx context.Context, now time.Time, displays []Display) (next time.Time) {
	for _, s := range e.attention(ctx, now) {
		var timer time.Time
		if e.Leading() {
			_, timer = s.timers(e, now)
		}
		if seen, ok := e.beginDrawing(s.id(), timer); ok {
			e.calls.Add(1)
			e.opts.Spawn(func() {
				defer e.calls.Done()
				redraw := e.drawAll(ctx, s, now, displays)
				e.endDrawing(s, seen, redraw)
				e.nudge()
			})
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	full := e.drawings >= mostDrawings
	for _, a := range e.active {
		next = earliest(next, a.timer)
		if !a.drawn && !full { // the end of a drawing wakes the engine
			next = earliest(next, a.redraw)
		}
	}
	return next
}

// drawAll calls the displays, which do not wait for each other.
func (e *Engine) drawAll(ctx context.Context, s subject, now time.Time, displays []Display) (redraw time.Time) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callLimit)
	defer cancel()
	defer context.AfterFunc(e.life, cancel)()
	var all sync.WaitGroup
	again := make([]time.Time, len(displays))
	for i, d := range displays {
		all.Add(1)
		e.opts.Spawn(func() {
			defer all.Done()
			again[i] = e.display(ctx, d, s, now)
		})
	}
	all.Wait()
	for _, at := range again {
		redraw = earliest(redraw, at)
	}
	return redraw
}

// display calls one display. One that panics is not called again before the
// incident changes.
func (e *Engine) display(ctx context.Context, d Display, s subject, now time.Time) (redraw time.Time) {
	defer func() {
		if p := recover(); p != nil {
			e.opts.Log.Error("drawing panicked", "journal", s.id(), "panic", p, "stack", string(debug.Stack()))
		}
	}()
	return s.display(ctx, d, now)
}

// beginDrawing notes an incident's next timer and takes its turn to be drawn,
// unless it is being drawn or too many others are. seen is what the drawing will
// have taken in.
func (e *Engine) beginDrawing(id string, timer time.Time) (seen int, ok bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	a := e.active[id]
	if a == nil {
		return 0, false
	}
	a.timer = timer
	if a.drawn || e.drawings >= mostDrawings {
		return 0, false
	}
	a.drawn, a.redraw = true, time.Time{}
	e.drawings++
	return a.looked, true
}

// endDrawing notes what has been drawn and forgets an incident that is over.
func (e *Engine) endDrawing(s subject, seen int, redraw time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.drawings--
	a := e.active[s.id()]
	if a == nil {
		return
	}
	a.drawn, a.done, a.redraw = false, seen, redraw
	if a.dirty() {
		return // it has grown meanwhile
	}
	if s.newer() || s.over() && a.timer.IsZero() && redraw.IsZero() {
		delete(e.active, s.id())
		delete(e.books, s.id()) // read again when somebody asks
		delete(e.grown, s.id())
	}
}

func (e *Engine) isDrawing() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.drawings > 0
}
