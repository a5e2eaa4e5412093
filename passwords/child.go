package passwords

import (
	"context"
	"encoding/gob"
	"errors"
	"io"
	"os/exec"
)

// NewInChildren makes a Hasher that hashes in child processes of low priority, as
// many as may hash at once, so that sign-ins, however many, leave the processors
// and the garbage collector to the requests that must not wait. The command must
// run Serve on its standard input and output; a child starts when there is a
// password for it, is started again when it dies, and ends with this process. If
// it cannot be started, this process does the work itself.
func NewInChildren(concurrency int, command func() *exec.Cmd) *Hasher {
	h := New(concurrency)
	idle := make(chan *child, max(concurrency, 1))
	for range cap(idle) {
		idle <- &child{command: command}
	}
	h.work = func(password string, p phc) []byte {
		c := <-idle
		defer func() { idle <- c }()
		return c.derive(password, p)
	}
	return h
}

// job is one password to hash.
type job struct {
	Password, Salt []byte
	Passes, Memory uint32
	Threads        uint8
	KeyLength      int
}

// Serve hashes what NewInChild's process sends until its input ends, whenever
// nobody else wants the processor.
func Serve(in io.Reader, out io.Writer) error {
	idleOnly()
	h := New(1)
	decoder, encoder := gob.NewDecoder(in), gob.NewEncoder(out)
	for {
		var j job
		if err := decoder.Decode(&j); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		p := phc{parameters{j.Memory, j.Passes, j.Threads}, j.Salt, make([]byte, j.KeyLength)}
		key, err := h.derive(context.Background(), string(j.Password), p)
		if err != nil {
			return err
		}
		if err := encoder.Encode(key); err != nil {
			return err
		}
	}
}

// child is a process that hashes one password at a time.
type child struct {
	command func() *exec.Cmd
	running *exec.Cmd
	in      io.WriteCloser
	encoder *gob.Encoder
	decoder *gob.Decoder
}

// derive has the child do the work. A child that died is replaced once; after
// that the work is done here.
func (c *child) derive(password string, p phc) []byte {
	for range 2 {
		if key, err := c.ask(password, p); err == nil {
			return key
		}
		c.stop()
	}
	return p.derive(password)
}

func (c *child) ask(password string, p phc) (key []byte, err error) {
	if c.running == nil {
		if err := c.start(); err != nil {
			return nil, err
		}
	}
	j := job{
		Password: []byte(password), Salt: p.salt, Passes: p.passes, Memory: p.memory, Threads: p.threads,
		KeyLength: len(p.key),
	}
	if err := c.encoder.Encode(j); err != nil {
		return nil, err
	}
	if err := c.decoder.Decode(&key); err != nil {
		return nil, err
	}
	if len(key) != len(p.key) {
		return nil, errors.New("passwords: the child answered with another length")
	}
	return key, nil
}

func (c *child) start() error {
	command := c.command()
	in, err := command.StdinPipe()
	if err != nil {
		return err
	}
	out, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	apart(command)
	if err := command.Start(); err != nil {
		return err
	}
	yield(command.Process.Pid)
	c.running, c.in = command, in
	c.encoder, c.decoder = gob.NewEncoder(in), gob.NewDecoder(out)
	return nil
}

func (c *child) stop() {
	if c.running == nil {
		return
	}
	c.in.Close()
	c.running.Process.Kill()
	c.running.Wait()
	c.running = nil
}
