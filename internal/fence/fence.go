// Package fence holds the tree to the import table of docs/architecture.md,
// so that the page stays true.
package fence

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Report is what Check saw.
type Report struct {
	Packages []string // folders with Go files, relative to the root, sorted
	Findings []string // file:line: what is not allowed; empty when all is well
	Stale    []string // what the table names and the tree does not have
}

// Check reads every Go file under the root of a module, whatever its build
// tags, and holds its imports to the table. Folders named testdata or starting
// with "." or "_" are no part of the tree.
func (t Table) Check(root fs.FS, module string) (Report, error) {
	c := check{table: t, module: module, files: token.NewFileSet(), libraries: map[string][]string{}}
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			base := d.Name()
			if name != "." && (base == "testdata" || base[0] == '.' || base[0] == '_') {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(name) != ".go" {
			return nil
		}
		source, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		return c.file(name, source)
	})
	slices.Sort(c.report.Packages)
	c.report.Stale = t.stale(c.report.Packages, c.libraries)
	return c.report, err
}

type check struct {
	table  Table
	module string
	files  *token.FileSet
	report Report
	// libraries are the imports of other people's packages, by the importer.
	libraries map[string][]string
}

func (c *check) file(name string, source []byte) error {
	f, err := parser.ParseFile(c.files, name, source, parser.SkipObjectResolution)
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	pkg := path.Dir(name)
	rule, ok := c.table.rule(pkg)
	if !slices.Contains(c.report.Packages, pkg) {
		c.report.Packages = append(c.report.Packages, pkg)
		if !ok {
			c.find(f.Package, "package %s has no row in the table", pkg)
		}
	}
	if !ok {
		return nil
	}
	if strings.HasSuffix(name, "_test.go") {
		rule = rule.inTests(c.table.tests)
		rule.ours = append(slices.Clone(rule.ours), pkg)
	}
	for _, spec := range f.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
		c.imports(spec.Pos(), pkg, imported, rule)
	}
	c.calls(f, pkg, rule)
	return nil
}

func (c *check) imports(at token.Pos, pkg, imported string, rule row) {
	first, _, _ := strings.Cut(imported, "/")
	switch {
	case imported == c.module || strings.HasPrefix(imported, c.module+"/"):
		ours := strings.TrimPrefix(strings.TrimPrefix(imported, c.module), "/")
		if !rule.ours.match(ours) {
			c.find(at, "%s may not import %s", pkg, ours)
		}
	case strings.Contains(first, "."):
		c.libraries[pkg] = append(c.libraries[pkg], imported)
		if !rule.others.holds(imported) {
			c.find(at, "%s may not import %s, a library", pkg, imported)
		}
	case rule.never.match(imported):
		c.find(at, "%s may never import %s", pkg, imported)
	}
}

// calls finds what the last column forbids by name, such as time.Now.
func (c *check) calls(f *ast.File, pkg string, rule row) {
	if len(rule.never) == 0 {
		return
	}
	imported := map[string]string{} // local name -> path
	for _, spec := range f.Imports {
		p, _ := strconv.Unquote(spec.Path.Value)
		local := path.Base(p)
		if spec.Name != nil {
			local = spec.Name.Name
		}
		imported[local] = p
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok {
				if full := imported[x.Name] + "." + s.Sel.Name; slices.Contains(rule.never, full) {
					c.find(s.Pos(), "%s may never use %s", pkg, full)
				}
			}
		}
		return true
	})
}

func (c *check) find(at token.Pos, format string, args ...any) {
	p := c.files.Position(at)
	c.report.Findings = append(c.report.Findings, fmt.Sprintf("%s:%d: ", p.Filename, p.Line)+fmt.Sprintf(format, args...))
}
