// Package journal is the vocabulary that every kind of journal shares: a fact
// (a domain value), an entry (a fact stored and numbered), and an effect
// (something to be done outside, requested and settled by facts). It stores
// nothing and knows no domain.
package journal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// Fact is one domain value. Its kind is a stable, dotted word such as
// "decision.made"; its exported fields are the data that is stored.
type Fact interface{ Kind() string }

// Bot is the actor of entries that no person asked for.
const Bot = "holdfast"

// Meta says who, when, whence and under which rule of one entry.
type Meta struct {
	At       time.Time `json:"at"`                    // when it happened; may lie before RecordedAt
	Recorded time.Time `json:"recorded_at"`           // when it was written down
	Actor    string    `json:"actor"`                 // person id, or Bot
	Source   string    `json:"source"`                // slash, mention, button, form, api, engine
	Because  string    `json:"because,omitempty"`     // the reason, where one was given
	Rule     string    `json:"rule,omitempty"`        // the permission rule that allowed it
	Plan     string    `json:"plan_commit,omitempty"` // the plan it was decided under
	Command  string    `json:"command,omitempty"`     // the delivery that asked for it
	Room     string    `json:"room,omitempty"`        // where it was asked
	Print    string    `json:"print,omitempty"`       // fingerprint of the words, to notice a repeat
}

// Statement is a fact to be written, with what its entry says beside the common
// context.
type Statement struct {
	Fact    Fact
	At      time.Time // when it happened; zero means now
	Because string
}

// Entry is a fact with its place in a journal.
type Entry struct {
	Journal string
	Seq     uint64
	Hash    string // lower-case hex, empty before it is stored
	Meta
	Fact Fact
}

// Ref is how people name an entry: INC-42#17.
func (e Entry) Ref() string { return Ref(e.Journal, e.Seq) }

// Ref names entry seq of a journal.
func Ref(journal string, seq uint64) string { return fmt.Sprintf("%s#%d", journal, seq) }

// Late reports whether the entry was written down more than a minute after it
// happened.
func (e Entry) Late() bool { return e.Recorded.Sub(e.At) > time.Minute }

// Unknown is a fact of a kind this version does not know. It can be read,
// exported and verified; nothing may be added after it.
type Unknown struct {
	Of   string // the kind
	Data json.RawMessage
}

// Kind returns the unknown kind as it was stored.
func (u Unknown) Kind() string { return u.Of }

// MarshalJSON returns the stored data unchanged.
func (u Unknown) MarshalJSON() ([]byte, error) { return u.Data, nil }

// Kinds is a closed set of facts: for each kind a function that returns a
// pointer to its empty value.
type Kinds map[string]func() Fact

type body struct {
	Meta
	Data json.RawMessage `json:"data"`
}

// whole is a body whose data is read into the fact at once.
type whole struct {
	Meta
	Data any `json:"data"` // the fact
}

// Encode returns the bytes that are stored for a fact: one JSON object, keys
// in a fixed order, no HTML escapes.
func Encode(m Meta, f Fact) ([]byte, error) {
	m.At, m.Recorded = m.At.UTC(), m.Recorded.UTC()
	data, err := marshal(f)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", f.Kind(), err)
	}
	return marshal(body{Meta: m, Data: data})
}

func marshal(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(buf.Bytes(), "\n"), nil
}

// Decode reads stored bytes back. A kind outside the set gives Unknown and no
// error; bytes that are not what Encode writes are an error.
func (k Kinds) Decode(journal string, seq uint64, kind string, stored []byte) (Entry, error) {
	empty, known := k[kind]
	if known {
		if e, ok := decodeAtOnce(stored, empty()); ok {
			e.Journal, e.Seq = journal, seq
			return e, nil
		}
	}
	var b body
	if err := json.Unmarshal(stored, &b); err != nil {
		return Entry{}, fmt.Errorf("%s: not an entry: %w", Ref(journal, seq), err)
	}
	e := Entry{Journal: journal, Seq: seq, Meta: b.Meta}
	if !known {
		e.Fact = Unknown{Of: kind, Data: b.Data}
		return e, nil
	}
	f := empty()
	if err := json.Unmarshal(b.Data, f); err != nil {
		return Entry{}, fmt.Errorf("%s: data of %s: %w", Ref(journal, seq), kind, err)
	}
	e.Fact = f
	return e, nil
}

// decodeAtOnce reads what Encode wrote in one pass instead of two, which counts
// when a process starts or exports. It reports false for anything else: what is
// wrong with that is for Decode to say.
func decodeAtOnce(stored []byte, f Fact) (Entry, bool) {
	w := whole{Data: f}
	if !bytes.Contains(stored, dataKey) || json.Unmarshal(stored, &w) != nil {
		return Entry{}, false
	}
	// null takes the place of the fact.
	return Entry{Meta: w.Meta, Fact: f}, w.Data != nil
}

var dataKey = []byte(`,"data":{`)
