package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
)

// progress shows how far a long piece of work is: a bar a step on a screen, a
// line every few seconds anywhere else, nothing for work that is done at once.
// Any goroutine may report.
type progress struct {
	out io.Writer

	mu   sync.Mutex
	step string
	bar  *progressbar.ProgressBar
	next time.Time // when the next plain line is due
}

// progressPause is how long plain lines are apart.
const progressPause = 3 * time.Second

func newProgress(out io.Writer) *progress {
	return &progress{out: out, next: time.Now().Add(progressPause)}
}

// at tells how far a step is; a total of 0 is not known. unit is what is
// counted.
func (p *progress) at(step string, done, total int64, unit string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if terminal(p.out) {
		p.draw(step, done, total)
		return
	}
	now := time.Now()
	if now.Before(p.next) {
		return
	}
	p.next = now.Add(progressPause)
	if total > 0 {
		fmt.Fprintf(p.out, "%s: %d %%\n", step, done*100/total)
	} else {
		fmt.Fprintf(p.out, "%s: %d %s\n", step, done, unit)
	}
}

func (p *progress) draw(step string, done, total int64) {
	if step != p.step {
		p.clear()
		p.step = step
		if total <= 0 {
			total = -1 // a spinner
		}
		p.bar = progressbar.NewOptions64(total,
			progressbar.OptionSetWriter(p.out),
			progressbar.OptionSetDescription(step),
			progressbar.OptionSetWidth(30),
			progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionClearOnFinish(),
		)
	}
	_ = p.bar.Set64(done) // a bar that cannot be drawn stops no work
}

func (p *progress) clear() {
	if p.bar != nil {
		_ = p.bar.Clear() // as above
		p.bar = nil
	}
}

// end takes the bar away.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
}
