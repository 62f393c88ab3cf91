package main

import (
	"fmt"
	"strings"

	"fangma/registry"
)

// codeCommand, but for resolve, needs no registry: whether a text is a well-formed code shows in
// the text. Whether it was ever issued only the ledger knows; that is
// `fangma building show`.
type codeCommand struct {
	Check codeCheckCommand `cmd:"" help:"Say of each text whether it is a well-formed code; exit code 1 if one is not."`
	Parse codeParseCommand `cmd:"" help:"Take codes apart: digits, kind, and how they are spoken."`

	Resolve codeResolveCommand `cmd:"" help:"Ask the registry where codes lead: themselves, or the codes that came out of them."`
}

type codeCheckCommand struct {
	Codes []string `arg:"" name:"code" sep:"none" help:"Codes in any spelling: with spaces, hyphens, full-width digits, a label in front."`
}

func (cmd codeCheckCommand) Run(c *console) error {
	failed := false
	for _, text := range codeTexts(cmd.Codes) {
		code, err := registry.ParseCode(text)
		if err != nil {
			failed = true
			c.printf("not a code: %v%s\n", err, slipHint(text))
			continue
		}
		c.printf("%s is well-formed: %s\n", code, code.Kind())
	}
	if failed {
		return exit(exitFailed)
	}
	return nil
}

type codeParseCommand struct {
	Codes []string `arg:"" name:"code" sep:"none" help:"Codes in any spelling."`
}

func (cmd codeParseCommand) Run(c *console) error {
	for _, text := range codeTexts(cmd.Codes) {
		code, err := registry.ParseCode(text)
		if err != nil {
			return fmt.Errorf("%v%s", err, slipHint(text))
		}
		digits := code.String()
		c.printf("%s  spoken %s  kind %s (%s)  serial %s  check %s\n",
			digits, code.Spoken(), digits[:1], code.Kind(), digits[1:10], digits[10:])
	}
	return nil
}

// codeTexts gives one text a code. People type a code as it is printed,
// 1123 4567 8973, and the shell makes three words of it: words that hold fewer
// digits than a code are read together.
func codeTexts(args []string) []string {
	const codeDigits = 12
	var texts []string
	var part []string
	digits := 0
	for _, arg := range args {
		n := strings.Count(strings.Map(onlyDigits, arg), "0")
		if n >= codeDigits || digits+n > codeDigits {
			if len(part) > 0 {
				texts = append(texts, strings.Join(part, " "))
			}
			part, digits = nil, 0
		}
		part, digits = append(part, arg), digits+n
		if digits >= codeDigits {
			texts = append(texts, strings.Join(part, " "))
			part, digits = nil, 0
		}
	}
	if len(part) > 0 {
		texts = append(texts, strings.Join(part, " "))
	}
	return texts
}

// onlyDigits turns every digit into 0 and drops everything else.
func onlyDigits(r rune) rune {
	if r >= '0' && r <= '9' || r >= '０' && r <= '９' {
		return '0'
	}
	return -1
}

// slipHint gives the well-formed codes that the writer may have meant.
func slipHint(text string) string {
	const most = 3
	slips := registry.Slips(text)
	if len(slips) == 0 {
		return ""
	}
	if len(slips) > most {
		return fmt.Sprintf("; %d well-formed codes are one slip away", len(slips))
	}
	words := make([]string, len(slips))
	for i, code := range slips {
		words[i] = code.String()
	}
	return "; one slip away: " + strings.Join(words, ", ")
}
