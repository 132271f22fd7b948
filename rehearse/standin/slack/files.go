package slack

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// File is a file that was uploaded. It is in no channel until its upload is
// completed.
type File struct {
	ID, Name, Title string
	Channel         string // id; empty for none
	Content         []byte
	Shared          bool // completed

	length   int
	uploaded bool
}

// Files returns the files whose upload is completed.
func (w *Workspace) Files() []File {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []File
	for _, f := range w.files {
		if f.Shared {
			all = append(all, *f)
		}
	}
	return all
}

func (w *Workspace) file(id string) *File {
	for _, f := range w.files {
		if f.ID == id {
			return f
		}
	}
	return nil
}

func (w *Workspace) uploadURL(c call) (answer, error) {
	length, err := strconv.Atoi(c.get("length"))
	if err != nil || length <= 0 || c.get("filename") == "" {
		return nil, invalid("invalid_arguments", "[ERROR] missing required field: filename or length")
	}
	f := &File{ID: w.id("F"), Name: c.get("filename"), length: length}
	w.files = append(w.files, f)
	return answer{"upload_url": w.base + "/upload/" + f.ID, "file_id": f.ID}, nil
}

// serveUpload takes the content of a file, bare or as a form's file.
func (w *Workspace) serveUpload(out http.ResponseWriter, r *http.Request, id string) {
	content, err := uploaded(r)
	w.mu.Lock()
	defer w.mu.Unlock()
	f := w.file(id)
	switch {
	case f == nil || f.uploaded:
		http.Error(out, "file_not_found", http.StatusNotFound)
	case err != nil || r.Method != http.MethodPost || len(content) != f.length:
		http.Error(out, fmt.Sprintf("upload_error: %d bytes of %d", len(content), f.length), http.StatusBadRequest)
	default:
		f.Content, f.uploaded = content, true
		fmt.Fprintf(out, "OK - %d", len(content))
	}
}

func uploaded(r *http.Request) ([]byte, error) {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		return io.ReadAll(io.LimitReader(r.Body, 32<<20))
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, err
	}
	for {
		p, err := parts.NextPart()
		if err != nil {
			return nil, err
		}
		if p.FileName() != "" {
			return io.ReadAll(io.LimitReader(p, 32<<20))
		}
	}
}

func (w *Workspace) completeUpload(c call) (answer, error) {
	var asked []struct{ ID, Title string }
	if json.Unmarshal([]byte(c.get("files")), &asked) != nil || len(asked) == 0 {
		return nil, invalid("invalid_arguments", "[ERROR] missing required field: files")
	}
	var ids []string
	for _, a := range asked {
		f := w.file(a.ID)
		if f == nil || !f.uploaded || f.Shared || slices.Contains(ids, a.ID) {
			return nil, no("file_not_found")
		}
		ids = append(ids, a.ID)
	}
	var r *room
	if id := c.get("channel_id"); id != "" {
		var err error
		if r, err = w.open(id); err != nil {
			return nil, err
		}
	}
	shown := []answer{}
	for _, a := range asked {
		f := w.file(a.ID)
		f.Title, f.Shared = a.Title, true
		if r != nil {
			f.Channel = r.ID
		}
		shown = append(shown, answer{"id": f.ID, "title": f.Title})
	}
	if r != nil {
		w.say(r, &Message{User: w.bot, Bot: true, Text: c.get("initial_comment"), ThreadTS: c.get("thread_ts"), Files: ids})
	}
	return answer{"files": shown}, nil
}

func (w *Workspace) shownFile(id string) answer {
	f := w.file(id)
	if f == nil {
		return answer{"id": id, "mode": "tombstone"}
	}
	return answer{"id": f.ID, "name": f.Name, "title": f.Title, "size": f.length, "user": w.bot}
}
