package plaintext

// Deepest is how deep the JSON of a provider may be nested. Their own is below
// twenty.
const Deepest = 32

// Shallow says that JSON is not nested deeper than Deepest. It is asked before
// the JSON is read, and of any bytes: what is no JSON is for the reader to refuse.
func Shallow(json []byte) bool {
	depth, quoted := 0, false
	for i := 0; i < len(json); i++ {
		switch c := json[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > Deepest {
				return false
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return true
}
