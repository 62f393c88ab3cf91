package postgres_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"fangma/registry"
	"fangma/registry/dbtest"
	"fangma/registry/postgres"
)

func openMinter(t *testing.T, url string) *postgres.Minter {
	t.Helper()
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	m, err := postgres.NewMinter(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return m
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// 64 writers in four processes mint 200,000 codes while processes are killed and replaced: no code twice, and every code
// from a block that its minter had reserved.
func TestMintingInManyProcesses(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	codes := mintInProcesses(t, db.AppURL, "minter", 200_000)
	if n := repeated(codes); n != 0 {
		t.Errorf("%d of %d codes were handed out more than once", n, len(codes))
	}

	m := openMinter(t, db.AppURL)
	if err := m.ReadKey(t.Context()); err != nil {
		t.Fatal(err)
	}
	rows, err := connect(t, db.OwnerURL).Query(t.Context(), `select kind, first, past from code_block order by first`)
	if err != nil {
		t.Fatal(err)
	}
	blocks, err := pgx.CollectRows(rows, pgx.RowToStructByPos[registry.Block])
	if err != nil {
		t.Fatal(err)
	}
	reserved := map[int64]bool{}
	for _, b := range blocks {
		for n := b.From; n < b.To; n++ {
			reserved[n] = true
		}
	}
	for _, code := range codes {
		if _, counter, err := m.Cipher().Counter(code); err != nil || !reserved[counter] {
			t.Fatalf("%v counts %d, which is in no block (%v)", code, counter, err)
		}
	}
}

// The check above must be able to fail: a minter that reads the counter without the lock is caught by it.
func TestMintingWithoutTheLockIsCaught(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	codes := mintInProcesses(t, db.AppURL, "unlocked", 20_000)
	if n := repeated(codes); n == 0 {
		t.Errorf("none of %d codes of a broken minter is handed out twice", len(codes))
	}
}

func repeated(codes []registry.Code) int {
	seen := make(map[registry.Code]bool, len(codes))
	n := 0
	for _, code := range codes {
		if seen[code] {
			n++
		}
		seen[code] = true
	}
	return n
}

// mintInProcesses has four processes of 16 writers each mint at least want codes between them. Whenever the first of them
// has minted a tenth of its share it is killed and replaced, three times.
func mintInProcesses(t *testing.T, url, how string, want int) []registry.Code {
	t.Helper()
	const processes = 4
	share := want / processes
	folder := t.TempDir()
	var started atomic.Int32
	start := func(quota int) (*exec.Cmd, string) {
		file := filepath.Join(folder, strconv.Itoa(int(started.Add(1))))
		cmd := exec.Command(os.Args[0], "-test.run=^TestMintingProcess$")
		cmd.Env = append(os.Environ(), "FANGMA_MINT="+how, "FANGMA_MINT_URL="+url, "FANGMA_MINT_FILE="+file,
			"FANGMA_MINT_QUOTA="+strconv.Itoa(quota))
		cmd.Stderr = os.Stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return cmd, file
	}
	var steady []*exec.Cmd
	for range processes - 1 {
		cmd, _ := start(share)
		steady = append(steady, cmd)
	}
	left := share
	for range 3 {
		cmd, file := start(1 << 30)
		for lines(t, file) < share/10 {
			time.Sleep(time.Millisecond)
		}
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		left -= lines(t, file)
	}
	last, _ := start(max(left, share/10))
	for _, cmd := range append(steady, last) {
		if err := cmd.Wait(); err != nil {
			t.Fatalf("a minting process: %v", err)
		}
	}

	var codes []registry.Code
	for n := range started.Load() {
		text, err := os.ReadFile(filepath.Join(folder, strconv.Itoa(int(n+1))))
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(text) {
			code, err := registry.ParseCode(string(line))
			if err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			codes = append(codes, code)
		}
	}
	if len(codes) < want {
		t.Fatalf("only %d codes were minted, want %d", len(codes), want)
	}
	return codes
}

// lines counts the codes in a file that is being written; each takes 13 bytes.
func lines(t *testing.T, file string) int {
	info, err := os.Stat(file)
	if errors.Is(err, os.ErrNotExist) {
		return 0
	}
	if err != nil {
		t.Fatal(err)
	}
	return int(info.Size()) / len("112345678973\n")
}

// TestMintingProcess is one process of mintInProcesses. A code counts as handed out once it is in the file.
func TestMintingProcess(t *testing.T) {
	how := os.Getenv("FANGMA_MINT")
	if how == "" {
		return // only of use as a process of another test
	}
	m := openMinter(t, os.Getenv("FANGMA_MINT_URL"))
	next := func() (registry.Code, error) { return m.Mint(t.Context(), registry.KindBuilding) }
	if how == "unlocked" {
		next = unlockedMint(t, m)
	}
	quota, err := strconv.Atoi(os.Getenv("FANGMA_MINT_QUOTA"))
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(os.Getenv("FANGMA_MINT_FILE"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	var left atomic.Int64
	left.Store(int64(quota))
	var writers sync.WaitGroup
	for range 16 {
		writers.Go(func() {
			for left.Add(-1) >= 0 {
				code, err := next()
				if err == nil {
					_, err = file.WriteString(code.String() + "\n")
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	writers.Wait()
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}

// unlockedMint is the mistake to be caught: it reads the counter and writes it back without holding its row.
func unlockedMint(t *testing.T, m *postgres.Minter) func() (registry.Code, error) {
	if err := m.ReadKey(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Pool().Exec(t.Context(), `insert into code_counter values (1, 0) on conflict do nothing`); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var block registry.Block
	return func() (registry.Code, error) {
		mu.Lock()
		defer mu.Unlock()
		if block.Len() == 0 {
			var from int64
			if err := m.Pool().QueryRow(t.Context(), `select next from code_counter where kind = 1`).Scan(&from); err != nil {
				return 0, err
			}
			if _, err := m.Pool().Exec(t.Context(), `update code_counter set next = $1 where kind = 1`, from+10); err != nil {
				return 0, err
			}
			block = registry.Block{Kind: registry.KindBuilding, From: from, To: from + 10}
		}
		code, err := m.Cipher().Code(block.Kind, block.From)
		block.From++
		return code, err
	}
}

// Every process that starts on an empty registry at once must end with the same key.
func TestFirstKeyIsMadeOnce(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	var first [8]registry.Code
	var all sync.WaitGroup
	for i := range first {
		m := openMinter(t, db.AppURL)
		all.Go(func() {
			if err := m.ReadKey(t.Context()); err != nil {
				t.Error(err)
				return
			}
			first[i], _ = m.Cipher().Code(registry.KindBuilding, 0)
		})
	}
	all.Wait()
	for _, code := range first {
		if code != first[0] || code == 0 {
			t.Fatalf("the first code is %v to eight processes", first)
		}
	}
}

func TestLostKeyIsNotReplaced(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	if _, err := openMinter(t, db.AppURL).Mint(t.Context(), registry.KindBuilding); err != nil {
		t.Fatal(err)
	}
	if _, err := connect(t, db.OwnerURL).Exec(t.Context(), `delete from code_key`); err != nil {
		t.Fatal(err)
	}
	_, err := openMinter(t, db.AppURL).Mint(t.Context(), registry.KindBuilding)
	wantUnavailable(t, err, "key_missing")
}

func wantUnavailable(t *testing.T, err error, slug string) {
	t.Helper()
	var answer *registry.Error
	if !errors.As(err, &answer) || answer.Kind != registry.Unavailable || answer.Slug != slug {
		t.Fatalf("error %v, want Unavailable %s", err, slug)
	}
}

func TestMintingStopsAfterARestore(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]string{
		"another cluster":  `update code_origin set system_identifier = system_identifier + 1`,
		"another timeline": `update code_origin set timeline = timeline + 1`,
		"never noted":      `delete from code_origin`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := dbtest.New(t)
			before, err := openMinter(t, db.AppURL).Mint(t.Context(), registry.KindBuilding)
			if err != nil {
				t.Fatal(err)
			}
			admin := connect(t, db.OwnerURL)
			if _, err := admin.Exec(t.Context(), change); err != nil {
				t.Fatal(err)
			}
			restored := openMinter(t, db.AppURL)
			for range 2 {
				_, err = restored.Mint(t.Context(), registry.KindBuilding)
				wantUnavailable(t, err, "counters_behind")
				if !strings.Contains(err.Error(), "fangma db restore --advance") {
					t.Errorf("the error does not say what to do: %v", err)
				}
			}
			if _, err = restored.Codes(t.Context(), registry.KindBuilding, 10); err == nil {
				t.Error("bulk codes are minted after a restore")
			}

			if err := postgres.AdvanceCodes(t.Context(), admin); err != nil {
				t.Fatal(err)
			}
			for _, kind := range []registry.Kind{registry.KindBuilding, registry.KindEntrance} {
				after, err := restored.Mint(t.Context(), kind)
				if err != nil {
					t.Fatal(err)
				}
				_, counter, _ := restored.Cipher().Counter(after)
				if after == before || counter < postgres.RestoreAdvance {
					t.Errorf("%v: counter %d after the restore, want at least %d", kind, counter, postgres.RestoreAdvance)
				}
			}
		})
	}
}

func TestAdvanceNeedsTheOwner(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	if err := postgres.AdvanceCodes(t.Context(), connect(t, db.AppURL)); err == nil {
		t.Error("the app role may advance the counters")
	}
}

// A counter that somebody sets back must not mint again what is out.
func TestCounterSetBackIsRefused(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	if _, err := openMinter(t, db.AppURL).Mint(t.Context(), registry.KindBuilding); err != nil {
		t.Fatal(err)
	}
	if _, err := connect(t, db.OwnerURL).Exec(t.Context(), `update code_counter set next = 50`); err != nil {
		t.Fatal(err)
	}
	if code, err := openMinter(t, db.AppURL).Mint(t.Context(), registry.KindBuilding); err == nil {
		t.Errorf("%v is minted from a counter set back", code)
	}
}

func TestCodesRunOut(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	m := openMinter(t, db.AppURL)
	if err := m.ReadKey(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err := connect(t, db.OwnerURL).Exec(t.Context(), `insert into code_counter (kind, next) values (1, $1)`, postgres.LastCounter-3)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := m.Mint(t.Context(), registry.KindBuilding); err != nil {
			t.Fatal(err)
		}
	}
	_, err = m.Mint(t.Context(), registry.KindBuilding)
	wantUnavailable(t, err, "no_codes_left")
	_, err = m.Codes(t.Context(), registry.KindBuilding, 2)
	wantUnavailable(t, err, "no_codes_left")
	if _, err := m.Mint(t.Context(), registry.KindTest); err != nil {
		t.Errorf("another kind: %v", err)
	}
}

func TestBulkCodesAreOneBlock(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	m := openMinter(t, db.AppURL)
	codes, err := m.Codes(t.Context(), registry.KindBuilding, 1234)
	if err != nil || len(codes) != 1234 || repeated(codes) != 0 {
		t.Fatalf("%d codes, %d of them repeated, %v", len(codes), repeated(codes), err)
	}
	var got string
	err = connect(t, db.OwnerURL).QueryRow(t.Context(), `select string_agg(first || '-' || past, ' ') from code_block`).Scan(&got)
	if err != nil || got != "0-1234" {
		t.Errorf("blocks %s, %v", got, err)
	}
}

func TestMintGivesUpWithItsContext(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	m := openMinter(t, db.AppURL)
	if err := m.ReadKey(t.Context()); err != nil {
		t.Fatal(err)
	}
	tx, err := connect(t, db.OwnerURL).Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.Background()) }()
	if _, err := tx.Exec(t.Context(), `lock table code_counter`); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	var waiting sync.WaitGroup
	for range 5 {
		waiting.Go(func() {
			if code, err := m.Mint(ctx, registry.KindBuilding); err == nil {
				t.Errorf("%v minted past a lock", code)
			}
		})
	}
	waiting.Wait()
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Mint(t.Context(), registry.KindBuilding); err != nil {
		t.Errorf("after the lock: %v", err)
	}
}
