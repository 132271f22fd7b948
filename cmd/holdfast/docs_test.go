package main

import (
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"holdfast/bot/slack/preview"
)

func TestGeneratedPagesAreFresh(t *testing.T) {
	pages := references()
	docs := filepath.Join("..", "..", "docs")
	gallery, err := preview.Gallery(os.DirFS(filepath.Join(docs, pictures)), pictured)
	if err != nil {
		t.Fatal(err)
	}
	pages[galleryPage] = string(gallery)
	drawings, err := planPictures(filepath.Join(docs, samplePlan))
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(pages, drawings)
	for name, want := range pages {
		got, err := os.ReadFile(filepath.Join(docs, name))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, string(got)); diff != "" {
			t.Errorf("docs/%s is stale: run `make docs` (-want +got)\n%s", name, diff)
		}
	}
}
