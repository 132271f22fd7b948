package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	promise  = regexp.MustCompile(`(?m)^\| (G\d+) \|.*\| ([^|]*) \|$`)
	inFolder = regexp.MustCompile("`([a-z/]+)`((?: Test\\w+,?)+)")
	scenario = regexp.MustCompile("`([a-z-]+\\.txt)`")
)

func TestEveryPromiseNamesTestsThatExist(t *testing.T) {
	root := filepath.Join("..", "..")
	page, err := os.ReadFile(filepath.Join(root, "docs", "guarantees.md"))
	if err != nil {
		t.Fatal(err)
	}
	rows := promise.FindAllStringSubmatch(string(page), -1)
	if len(rows) != 10 {
		t.Errorf("%d promises were read, want 10", len(rows))
	}
	for _, row := range rows {
		held := 0
		for _, m := range inFolder.FindAllStringSubmatch(row[2], -1) {
			tests := testsOf(t, filepath.Join(root, filepath.FromSlash(m[1])))
			for _, name := range strings.FieldsFunc(m[2], func(r rune) bool { return r == ' ' || r == ',' }) {
				held++
				if !strings.Contains(tests, "\nfunc "+name+"(") {
					t.Errorf("%s: %s has no test %s", row[1], m[1], name)
				}
			}
		}
		for _, m := range scenario.FindAllStringSubmatch(row[2], -1) {
			held++
			if _, err := os.Stat(filepath.Join(root, "examples", "northbridge", "scenarios", m[1])); err != nil {
				t.Errorf("%s: %v", row[1], err)
			}
		}
		if held == 0 {
			t.Errorf("%s names no test", row[1])
		}
	}
}

// testsOf returns the text of a folder's tests.
func testsOf(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no tests in %s: %v", dir, err)
	}
	var all strings.Builder
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}
