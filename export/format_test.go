package export_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"holdfast/export"
	"holdfast/internal/fault"
)

func TestEveryFormatIsWritten(t *testing.T) {
	b := outage(t)
	for _, f := range export.Formats {
		parsed, err := export.ParseFormat(strings.ToUpper(string(f)))
		if err != nil || parsed != f {
			t.Errorf("%s: %v, %v", f, parsed, err)
		}
		var out bytes.Buffer
		if err := export.Write(context.Background(), &out, f, b.store, b.id, export.Options{Key: key}); err != nil || out.Len() == 0 {
			t.Errorf("%s: %d bytes, %v", f, out.Len(), err)
		}
	}
	if f, err := export.ParseFormat(""); f != export.MarkdownFormat || err != nil {
		t.Errorf("without a name: %v, %v", f, err)
	}
}

func TestAnUnknownFormatIsRefusedWithThoseThatAreKnown(t *testing.T) {
	for _, name := range []string{"pdf", "xlsx", "md "} {
		_, err := export.ParseFormat(name)
		if fault.CodeOf(err) != fault.Range || fault.From(err).Next != "One of md, html, csv, json, jsonl." {
			t.Errorf("%s: %v", name, err)
		}
		if err := export.Write(context.Background(), &bytes.Buffer{}, export.Format(name), outage(t).store, "INC-1", export.Options{}); err == nil {
			t.Errorf("%s is written", name)
		}
	}
}

func TestTheDocumentHoldsTheSameEntriesAndTrailerAsTheLines(t *testing.T) {
	b := outage(t)
	var out bytes.Buffer
	o := export.Options{Key: key, Now: b.clock.Now()}
	if err := export.JSON(context.Background(), &out, b.store, b.id, o); err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Entries []json.RawMessage
		Trailer json.RawMessage
	}
	if err := json.Unmarshal(out.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	var lines bytes.Buffer
	for _, e := range doc.Entries {
		lines.Write(append(e, '\n'))
	}
	lines.WriteString(`{"trailer":` + string(doc.Trailer) + "}\n")
	if !bytes.Equal(lines.Bytes(), b.lines()) {
		t.Errorf("the document reads\n%s", out.Bytes())
	}
}
