package vault

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Open reads the keyring file at path, or makes it, with its folder, when
// there is none. The file is complete or absent, whenever the machine stops,
// and processes that start at the same moment agree on one keyring.
//
// It refuses a file that others than its owner can read or change, and one
// that is empty or is no keyring. It never replaces a file: what was sealed
// with it would be lost.
func Open(path string) (*Vault, error) {
	ring, err := readKeyring(path)
	created := false
	if errors.Is(err, fs.ErrNotExist) {
		if created, err = createKeyring(path); err == nil {
			ring, err = readKeyring(path)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("vault: keyring %s: %w", path, err)
	}
	v, err := fromKeyring(ring)
	if err != nil {
		return nil, fmt.Errorf("vault: keyring %s: %w", path, err)
	}
	v.created = created
	return v, nil
}

func readKeyring(path string) (*keyring, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	// The opened file is asked, not the path, so that it cannot be exchanged
	// in between.
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if err := checkPrivate(path, info); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(file)
	if err != nil {
		return nil, err
	}
	ring, err := decodeKeyring(data)
	if err != nil {
		return nil, fmt.Errorf("%w; put the right file back from a backup, or, if this installation never held a "+
			"key, delete it and start again", err)
	}
	return ring, nil
}

func checkPrivate(path string, info fs.FileInfo) error {
	if !info.Mode().IsRegular() {
		return errors.New("it is not a regular file")
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return fmt.Errorf("its mode is %04o, so others on this machine can reach the keys in it; run: chmod 600 %s",
			mode, path)
	}
	return nil
}

// createKeyring writes a new keyring and reports whether it is the one now at
// path: another process may have been faster.
func createKeyring(path string) (bool, error) {
	ring, err := newKeyring()
	if err != nil {
		return false, err
	}
	data, err := ring.encode()
	if err != nil {
		return false, err
	}
	dir := filepath.Dir(path)
	if err := makeDir(dir); err != nil {
		return false, err
	}
	temp, err := writeTemp(dir, data)
	if err != nil {
		return false, err
	}
	defer os.Remove(temp)
	return publish(temp, path)
}

// makeDir makes dir and its missing parents, each durably: a keyring in a folder
// that is gone after a power cut would be gone too.
func makeDir(dir string) error {
	err := os.Mkdir(dir, 0o700)
	if errors.Is(err, fs.ErrNotExist) {
		if err := makeDir(filepath.Dir(dir)); err != nil {
			return err
		}
		err = os.Mkdir(dir, 0o700)
	}
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return syncDir(filepath.Dir(dir))
}

// writeTemp writes data durably to a new file in dir, which os.CreateTemp
// makes with mode 0600, and returns its name.
func writeTemp(dir string, data []byte) (name string, err error) {
	file, err := os.CreateTemp(dir, ".keyring-*.tmp")
	if err != nil {
		return "", err
	}
	defer func() {
		err = errors.Join(err, file.Close())
		if err != nil {
			os.Remove(file.Name())
		}
	}()
	if _, err := file.Write(data); err != nil {
		return "", err
	}
	return file.Name(), file.Sync()
}

// publish gives the finished file its name. Linking, unlike renaming, fails
// when the name is taken, so the first of several processes wins and nobody
// overwrites a keyring that is already in use.
func publish(temp, path string) (bool, error) {
	err := os.Link(temp, path)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return false, fmt.Errorf("%w; its folder must be on a file system with hard links", err)
	}
	return err == nil, syncDir(filepath.Dir(path))
}

// syncDir makes the names in dir durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
