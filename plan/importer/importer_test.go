package importer

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/xuri/excelize/v2"

	"holdfast/plan"
)

// northbridge is the example plan, and its tables as an organisation would have
// them.
func northbridge(t testing.TB) (*plan.Plan, map[string][][]string) {
	t.Helper()
	p, findings := plan.Load("../../examples/northbridge")
	if p == nil {
		t.Fatal(findings)
	}
	tables := map[string][][]string{
		"services":     {{"Service ID", "Name", "Type", "Tier", "RTO (min)", "RPO", "Recovery work", "Support team", "Owner"}},
		"people":       {{"User ID", "Full name", "Phone", "Email", "Department", "Groups", "Time zone", "Manager", "Slack"}},
		"dependencies": {{"Service", "Depends on", "Kind", "Why"}},
		"bia":          {{"Process", "Owner", "Services", "Impact type", "WRT"}},
	}
	for _, s := range p.Services {
		rpo := ""
		if s.HasRPO {
			rpo = plan.FormatDuration(s.RPO)
		}
		tables["services"] = append(tables["services"], []string{s.ID, s.Name, s.Kind, fmt.Sprintf("Tier %d", s.Tier), fmt.Sprint(int(s.RTO.Minutes())), rpo, plan.FormatDuration(s.RecoveryWork), s.Team, strings.Join(s.Owners, "; ")})
		for _, d := range s.Deps {
			tables["dependencies"] = append(tables["dependencies"], []string{s.ID, d.To, string(d.Kind), d.Because})
		}
	}
	for _, x := range p.People {
		var of []string
		for _, team := range p.Teams {
			if slices.Contains(team.Members, x.ID) {
				of = append(of, team.ID)
			}
		}
		tables["people"] = append(tables["people"], []string{x.ID, x.Name, x.Phone, x.Mail, strings.Join(of, ", "), strings.Join(x.Groups, ", "), x.Zone, x.Manager, x.Slack})
	}
	x := p.Processes[slices.IndexFunc(p.Processes, func(x plan.Process) bool { return x.ID == "payments" })]
	for _, point := range x.Points {
		tables["bia"][0] = append(tables["bia"][0], "after "+plan.FormatDuration(point))
	}
	for _, kind := range plan.ImpactTypes {
		if levels := x.Levels[kind]; levels != nil {
			row := []string{x.ID, x.Owner, strings.Join(x.Services, ", "), kind, "60 min"}
			for _, level := range levels {
				row = append(row, fmt.Sprint(level))
			}
			tables["bia"] = append(tables["bia"], row)
		}
	}
	return p, tables
}

func asCSV(t testing.TB, rows [][]string, comma rune) []byte {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma = comma
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asXLSX(t testing.TB, tables map[string][][]string, edit func(*excelize.File)) []byte {
	t.Helper()
	book := excelize.NewFile()
	for _, name := range []string{"services", "people", "dependencies", "bia"} {
		if tables[name] == nil {
			continue
		}
		if _, err := book.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for i, row := range tables[name] {
			if err := book.SetSheetRow(name, fmt.Sprintf("A%d", i+1), &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := book.DeleteSheet("Sheet1"); err != nil {
		t.Fatal(err)
	}
	if edit != nil {
		edit(book)
	}
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// load reads what was written as a plan.
func load(files map[string][]byte) (*plan.Plan, []plan.Finding) {
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: text, Mode: 0o644}
	}
	return plan.LoadFS(fsys)
}

func TestTheExamplePlanComesBackFromItsTables(t *testing.T) {
	want, tables := northbridge(t)
	for form, in := range map[string][]File{
		"csv": {{"services.csv", asCSV(t, tables["services"], ',')}, {"people.csv", append([]byte("\xef\xbb\xbf"), asCSV(t, tables["people"], ';')...)},
			{"dependencies.tsv", asCSV(t, tables["dependencies"], '\t')}, {"bia.csv", asCSV(t, tables["bia"], '|')}},
		"xlsx": {{"plan.xlsx", asXLSX(t, tables, nil)}},
	} {
		files, report := Import(in)
		if !report.Clean() {
			t.Errorf("%s: not all was understood: %v", form, report.Remarks)
		}
		// The tiers of the example allow longer objectives than usual.
		policy, err := os.ReadFile("../../examples/northbridge/policy.yaml")
		if err != nil {
			t.Fatal(err)
		}
		files["policy.yaml"] = policy
		got, findings := load(files)
		if got == nil {
			t.Fatalf("%s: what was written does not load: %v", form, findings)
		}
		same := cmp.Options{cmpopts.IgnoreFields(plan.Service{}, "PagerDuty", "Criteria", "Shed", "Facts"), cmpopts.EquateEmpty()}
		if diff := cmp.Diff(want.Services, got.Services, same); diff != "" {
			t.Errorf("%s: the services differ (-want +got)\n%s", form, diff)
		}
		if diff := cmp.Diff(want.People, got.People, cmpopts.IgnoreFields(plan.Person{}, "PagerDuty", "Guest"), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: the people differ (-want +got)\n%s", form, diff)
		}
		for i, x := range got.Processes {
			if diff := cmp.Diff([]int{1, 2, 2, 3, 4}, x.Levels["customer"]); diff != "" || x.WRT.Hours() != 1 || len(x.Services) != 5 || i > 0 {
				t.Errorf("%s: the analysis is %+v", form, x)
			}
		}
		if len(got.Processes) != 1 {
			t.Errorf("%s: there are %d analyses", form, len(got.Processes))
		}
	}
}

func TestWhatIsMissingBecomesATodoAndAFinding(t *testing.T) {
	files, report := Import([]File{{"s.csv", []byte("Service,Tier,RTO,Team,Owner\ncrm,Gold,90,Sales IT,Olga\nmail,3,,Sales IT,\nweb,2,4 hours,,\n")}})
	text := string(files["services/crm.yaml"])
	for _, want := range []string{"# TODO tier: s.csv B2 was not understood", "# TODO rto: s.csv C2 was not understood", "team: sales-it", "# TODO owners: s.csv E2"} {
		if !strings.Contains(text, want) {
			t.Errorf("crm.yaml lacks %q:\n%s", want, text)
		}
	}
	if !strings.Contains(string(files["services/web.yaml"]), "rto: 4h") {
		t.Errorf("web.yaml:\n%s", files["services/web.yaml"])
	}
	refused(t, report, "s.csv C2", `"90" has no unit`)
	refused(t, report, "s.csv B2", `"Gold" is no tier`)
	_, findings := load(files)
	keys := map[string]int{}
	for _, f := range findings {
		if f.Code != "E_PLAN_MISSING" {
			t.Errorf("a finding that is no missing value: %s", f)
		}
		keys[f.File]++
	}
	if diff := cmp.Diff(map[string]int{"services/crm.yaml": 2, "services/mail.yaml": 1, "services/web.yaml": 1}, keys); diff != "" {
		t.Errorf("findings (-want +got)\n%s", diff)
	}
}

func refused(t *testing.T, r Report, place, text string) {
	t.Helper()
	remarked(t, r, Refused, place, text)
}

func remarked(t *testing.T, r Report, l Level, place, text string) {
	t.Helper()
	for _, x := range r.Remarks {
		if x.Level == l && x.Place.String() == place && strings.Contains(x.Text, text) {
			return
		}
	}
	t.Errorf("no remark %s at %s with %q in %v", l, place, text, r.Remarks)
}

func TestDurationsAreReadAsPeopleWriteThem(t *testing.T) {
	for in, want := range map[string]struct {
		text string
		how  reading
	}{
		"4h": {"4h", plain}, "4 hours": {"4h", plain}, "90 min": {"1h30m", plain}, "1 day": {"24h", plain}, "2 days, 4 hrs": {"2d4h", plain}, "1.5 h": {"1h30m", plain},
		"1,5 h": {"1h30m", guessed}, "< 4h": {"4h", guessed}, "04:00": {"4h", guessed}, "0": {"0s", plain}, "0.0": {"0s", plain}, "1 week": {"7d", plain},
		"4": {"", noUnit}, "4-8h": {"", unread}, "2 business days": {"", unread}, "immediately": {"", unread}, "-4h": {"", unread}, "3 months": {"", unread}, "999999999h": {"", unread}, "9999999w": {"", unread},
	} {
		d, how := duration(in, "")
		if how != want.how || how <= guessed && written(d) != want.text {
			t.Errorf("%q was read as %s, %d", in, written(d), how)
		}
	}
	if d, how := duration("4", "hours"); how != plain || written(d) != "4h" {
		t.Errorf("4 below a heading in hours was read as %s", written(d))
	}
}

func TestEveryColumnIsAccountedFor(t *testing.T) {
	_, report := Import([]File{{"s.csv", []byte("Inventory of 2026,,,\n\nApplication;RTO [h];Colour;\na;4;red;x\n")}})
	remarked(t, report, Skipped, "s.csv row 1", "above the one that names the columns")
	remarked(t, report, Taken, "s.csv column A", `"Application" was taken for id of services`)
	remarked(t, report, Taken, "s.csv column B", "in hours")
	remarked(t, report, Skipped, "s.csv column C", `"Colour" is not in a plan`)
	remarked(t, report, Skipped, "s.csv column D", "no heading")
}

func TestATableAboutSomethingElseIsNotRead(t *testing.T) {
	files, report := Import([]File{{"menu.csv", []byte("Monday,Soup\nTuesday,Fish\n")}})
	if len(files) > 0 {
		t.Errorf("files: %v", files)
	}
	remarked(t, report, Skipped, "menu.csv", "the table was not read")
}

func TestFormulasAndMergedCellsAreSaid(t *testing.T) {
	tables := map[string][][]string{"services": {{"Service", "Tier", "RTO (h)", "Team"}, {"a", "1", "", "ops"}, {"b", "2", "", ""}, {"c", "3", "9", ""}}}
	raw := asXLSX(t, tables, func(book *excelize.File) {
		for _, err := range []error{book.SetCellValue("services", "C2", nil), book.SetCellFormula("services", "C2", "2+2"), book.SetCellValue("services", "C3", 8), book.MergeCell("services", "D2", "D4")} {
			if err != nil {
				t.Fatal(err)
			}
		}
	})
	// Excel keeps what it computed beside the formula; the library that writes
	// the test's workbook does not.
	raw = inPart(t, raw, "xl/worksheets/sheet2.xml", `<c r="C3"><v>8</v>`, `<c r="C3"><f>4*2</f><v>8</v>`)
	files, report := Import([]File{{"s.xlsx", raw}})
	refused(t, report, "s.xlsx [services] C2", "no computed value")
	remarked(t, report, Guessed, "s.xlsx [services] C3", `last computed value "8" was taken`)
	remarked(t, report, Guessed, "s.xlsx [services] D2", "counts for rows 2 to 4")
	for file, want := range map[string]string{"services/a.yaml": "# TODO rto", "services/b.yaml": "rto: 8h", "services/c.yaml": "team: ops"} {
		if !strings.Contains(string(files[file]), want) {
			t.Errorf("%s lacks %q:\n%s", file, want, files[file])
		}
	}
}

// inPart changes a part of a workbook.
func inPart(t *testing.T, raw []byte, part, old, changed string) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	found := false
	for _, f := range in.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		var text bytes.Buffer
		if _, err := text.ReadFrom(r); err != nil {
			t.Fatal(err)
		}
		s := text.String()
		if f.Name == part {
			found = strings.Contains(s, old)
			s = strings.Replace(s, old, changed, 1)
		}
		w, err := out.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(s)); err != nil {
			t.Fatal(err)
		}
	}
	if !found {
		t.Fatalf("%s does not hold %s", part, old)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestHostileFilesAreRefusedAndHostileCellsAreOnlyText(t *testing.T) {
	var bomb bytes.Buffer
	w := zip.NewWriter(&bomb)
	part, err := w.Create("xl/workbook.xml")
	if err != nil {
		t.Fatal(err)
	}
	zeros := make([]byte, 1<<20)
	for range 80 {
		if _, err := part.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]File{
		"unpacks to more":     {"a.xlsx", bomb.Bytes()},
		"larger than 16":      {"b.csv", make([]byte, 50<<20)},
		"damaged":             {"c.xlsx", []byte("PK\x03\x04 nothing of the kind")},
		"encrypted":           {"d.xls", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")},
		"neither a table":     {"e.csv", []byte("a\x00b")},
		"The file is empty":   {"f.csv", nil},
		"More than 20 rows":   {"g.csv", []byte(strings.Repeat("a\"b,c\n", 30))},
		"more than 50000 row": {"h.csv", []byte("Service,RTO\n" + strings.Repeat("a,4h\n", 50001))},
	} {
		_, report := Import([]File{f})
		if !slices.ContainsFunc(report.Remarks, func(x Remark) bool { return x.Level == Refused && strings.Contains(x.Text, name) }) {
			t.Errorf("%s: %v", name, report.Remarks[:min(len(report.Remarks), 3)])
		}
	}

	files, report := Import([]File{{"../../etc/s.csv", []byte("Service,Name,RTO,Tier,Team\n" +
		"../../evil,\"a: b\n- c # d {{x}}\u202egnp\",4h,2,null\n=cmd|' /C calc'!A0,x,4h,2,ops\n!!binary x,&anchor *a,4h,2,true\n,,4h,2,ops\n")}})
	for name := range files {
		if strings.Contains(name, "..") || strings.Count(name, "/") > 1 {
			t.Errorf("a file outside of the plan: %s", name)
		}
	}
	p, findings := load(files)
	if p == nil {
		t.Fatal(findings)
	}
	evil, _ := p.Service("evil")
	if evil.Name != "a: b - c # d {{x}}gnp" || evil.Team != "null" {
		t.Errorf("the cell became %+v", evil)
	}
	refused(t, report, "s.csv A4", "formula")
}

func TestAReportOfMillionsIsCounted(t *testing.T) {
	rows := "Service,RTO,Depends on\n" + strings.Repeat("x,4,\u202ea;b;c\n", 5000)
	_, report := Import([]File{{"s.csv", []byte(rows)}})
	if len(report.Remarks) != maxRemarks || report.More == 0 || report.Clean() {
		t.Errorf("%d remarks, %d more", len(report.Remarks), report.More)
	}
}

func TestARowThatIsFarTooWideIsCut(t *testing.T) {
	raw := asXLSX(t, map[string][][]string{"services": {{"Service", "RTO (h)"}, {"a", "4"}}}, func(book *excelize.File) {
		if err := book.SetCellValue("services", "XFD2", "far"); err != nil {
			t.Fatal(err)
		}
	})
	files, report := Import([]File{{"s.xlsx", raw}})
	remarked(t, report, Skipped, "s.xlsx [services] row 2", "more than 200 columns")
	if !strings.Contains(string(files["services/a.yaml"]), "rto: 4h") {
		t.Errorf("a.yaml:\n%s", files["services/a.yaml"])
	}
}

func TestUnreadableRowsAreNamedAndTheOthersRead(t *testing.T) {
	files, report := Import([]File{{"s.csv", []byte("Service,RTO\r\na,4h\r\nb\"x,4h\r\nc,4h\r\nc,5h\r\n")}})
	remarked(t, report, Skipped, "s.csv row 3", "cannot be read")
	remarked(t, report, Skipped, "s.csv row 5", "stands already at s.csv row 4")
	if files["services/a.yaml"] == nil || files["services/c.yaml"] == nil {
		t.Errorf("the rows around are missing: %v", report.Remarks)
	}
}

func TestUTF16AndLatin1AreRead(t *testing.T) {
	utf16 := []byte("\xff\xfe")
	for _, r := range "Service\tRTO\nÄrzte\t4h\n" {
		utf16 = append(utf16, byte(r), byte(r>>8))
	}
	for name, raw := range map[string][]byte{"utf-16": utf16, "latin-1": []byte("Service;RTO\n\xc4rzte;4h\n")} {
		files, _ := Import([]File{{"s.csv", raw}})
		if files["services/aerzte.yaml"] == nil {
			t.Errorf("%s: %v", name, files)
		}
	}
}

func TestDatesWithoutZoneOrOrderAreNotGuessed(t *testing.T) {
	for text, why := range map[string]string{"2026-10-12 14:00": "without a zone", "10/12/2026": "order of day and month", "2026-13-40": "no date"} {
		_, report := Import([]File{{"b.csv", []byte("Process,Impact type,1h,4h,Assessed at\npay,financial,1,2," + text + "\n")}})
		refused(t, report, "b.csv E2", why)
	}
	files, _ := Import([]File{{"b.csv", []byte("Process,Impact type,4h,1h,Assessed at\npay,financial,2,1,2026-10-12\n")}})
	if text := string(files["bia/pay.yaml"]); !strings.Contains(text, "points: [1h, 4h]") || !strings.Contains(text, "financial: [1, 2]") || !strings.Contains(text, "2026-10-12") {
		t.Errorf("pay.yaml:\n%s", text)
	}
}

func FuzzImport(f *testing.F) {
	f.Add("s.csv", []byte("Service,RTO,Tier,Team,Depends on\na,4h,1,ops,b\nb,2,T1,ops,\n"))
	f.Add("p.csv", []byte("Name;Email\nÄ;a@b.example\n"))
	f.Add("b.csv", []byte("Process|Impact|1h|4h\nx|safety|0|9\n"))
	f.Fuzz(func(t *testing.T, name string, raw []byte) {
		files, _ := Import([]File{{name, raw}})
		if len(files) == 0 {
			return
		}
		_, findings := load(files)
		for _, x := range findings {
			switch x.Code {
			case "E_PLAN_MISSING", "E_PLAN_DEP_KIND", "E_BIA_NOT_MONOTONE", "E_CYCLE", "E_PLAN_TIER", "E_PLAN_SIZE", "E_SECRET":
			default:
				if x.Level == plan.Error {
					t.Errorf("%s\n%s", x, files[x.File])
				}
			}
		}
	})
}
