package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"runtime"
	"sync"
	"time"

	"go.opentelemetry.io/otel/trace"

	"dojo/config"
	"dojo/evidence"
	"dojo/factors"
	"dojo/gate"
	"dojo/handlers"
	"dojo/handlers/api"
	"dojo/metrics"
	"dojo/models"
	"dojo/notify"
	"dojo/oidc"
	"dojo/passwords"
	"dojo/samples"
	"dojo/session"
	"dojo/store"
	"dojo/views/pages"
	"dojo/webhooks"
)

// Options says what to serve.
type Options struct {
	Config  config.Config
	Logger  *slog.Logger
	Migrate bool               // bring the database to this version first
	Now     func() time.Time   // nil: the wall clock
	Demo    []pages.DemoSignIn // the demo's sign-ins, listed on the sign-in page
	Version string             // the program's, for people

	// Metrics is where figures and profiles are served while the server serves; nil: nowhere.
	Metrics net.Listener
	// Tracer begins spans of requests, changes and jobs; nil: nothing is traced.
	Tracer trace.Tracer

	// Sleep waits for the turn of a try to sign in; nil: by this machine's clock.
	Sleep func(ctx context.Context, wait time.Duration) error

	// HashWorker is the command of a process that runs passwords.Serve. Without
	// one the server hashes passwords itself.
	HashWorker func() *exec.Cmd
}

// Server is the whole program, ready to serve.
type Server struct {
	Store *store.Store

	config    config.Config
	logger    *slog.Logger
	gate      *gate.Gate
	follower  *gate.Follower
	following sync.WaitGroup
	stop      context.CancelFunc // of what follows the feed
	evidence  *evidence.Collector
	metrics   *metrics.Metrics
	measured  net.Listener // see Options.Metrics
	tracer    trace.Tracer // nil: nothing is traced
	rate      rate         // of checks
	mail      *notify.Sender
	webhooks  *webhooks.Sender
	dashboard http.Handler
	api       http.Handler
	uploads   *api.API
	useWanted chan struct{}
	notified  chan struct{}
}

// maxHashing is how many passwords are hashed for strangers at once at most, beside one
// for people who are known. Each takes 7 MiB,
// and the process that does it some more.
const maxHashing = 4

// hasher hashes passwords, if it can in processes of their own that stand back for
// everybody else: each takes tens of milliseconds of one processor, which the key
// check needs.
func hasher(options Options, places int) *passwords.Hasher {
	if options.HashWorker == nil {
		return passwords.New(1)
	}
	return passwords.NewInChildren(places, options.HashWorker)
}

// Open opens the database and its keyring, and puts everything together. It
// fails when the keyring is another database's, when the database is newer than
// the program, or when another process serves it.
func Open(ctx context.Context, options Options) (*Server, error) {
	options.Logger = slog.New(RedactKeys(options.Logger.Handler()))
	cfg, logger := options.Config, options.Logger
	figures := metrics.New(options.Version)
	db, err := store.Open(ctx, store.Options{
		URL: cfg.DatabaseURL, Keyring: cfg.Keyring, Now: options.Now, Serves: true, Migrate: options.Migrate,
		Version: options.Version, Observer: figures, Tracer: options.Tracer,
		OnMigrated: func(from, to int64) { logger.InfoContext(ctx, "database migrated", "from", from, "to", to) },
	})
	if err != nil {
		return nil, err
	}
	s := &Server{
		Store: db, config: cfg, logger: logger, gate: gate.New(db, db.Digest, db.Now),
		mail: newMail(cfg, db, logger, options.Tracer), metrics: figures, measured: options.Metrics,
		tracer: options.Tracer, useWanted: make(chan struct{}, 1), notified: make(chan struct{}, 1),
	}
	s.webhooks = webhooks.New(webhooks.Options{Outbox: db, Targets: cfg.WebhookTargets(), PublicURL: cfg.PublicURL,
		Logger: logger, Now: db.Now})
	s.gate.SetLimit(cfg.RateLimit)
	s.gate.HoldAtMost(cfg.KeysInMemory)
	s.evidence = evidence.New(db, logger)
	s.uploads = api.New(s.apiOptions())
	if err := s.start(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.api = NewAPI(s.uploads, traceRequests(s.tracer)...)
	s.dashboard = s.newDashboard(s.handlers(options))
	s.metrics.Read(s.sources())
	return s, nil
}

func (s *Server) apiOptions() api.Options {
	upstream, _ := s.config.UpstreamURL()
	return api.Options{
		Store: s.Store, Gate: s.gate, Logger: s.logger, Evidence: s.evidence, TrustedProxies: s.config.Proxies(),
		Upstream: upstream, URL: apiURL(s.config), Metrics: s.metrics,
	}
}

// handlers puts together what answers the dashboard's requests.
func (s *Server) handlers(options Options) *handlers.Handlers {
	cfg := s.config
	passkeys, err := factors.NewPasskeys(cfg.PublicURL)
	if err != nil {
		s.logger.Info("there are no passkeys at this public address", "cause", err)
		passkeys = nil
	}
	var provider *oidc.Client
	if cfg.HasOIDC() {
		provider = oidc.New(oidc.Config{
			Issuer: cfg.OIDCIssuer, ClientID: cfg.OIDCClientID, ClientSecret: cfg.OIDCClientSecret,
			RedirectURL: cfg.PublicURL + "/login/oidc/callback", Now: s.Store.Now,
		})
	}
	return handlers.New(handlers.Options{
		Store: s.Store, Evidence: everywhere{s}, Metrics: s.metrics, Sessions: session.New(s.Store, cfg.Secure()),
		Passwords: hasher(options, min(runtime.NumCPU(), maxHashing)), KnownPasswords: hasher(options, 1),
		Passkeys: passkeys, OIDC: provider, Logger: s.logger, APIURL: apiURL(cfg).String(), PublicURL: cfg.PublicURL,
		MailToLog: cfg.SMTPURL == "", WebhookTargets: cfg.WebhookTargets(), ProxyFaults: s.proxyFaults, Trusted: s.leaseLeft,
		Sleep: options.Sleep, Demo: options.Demo,
		Settings: handlers.Settings{SignupOpen: cfg.OpenSignup(), IssuerName: cfg.OIDCName, OIDCOnly: cfg.OIDCOnly,
			Trial: cfg.TrialOffer()},
	})
}

// newMail makes the sender of the mails that changes have caused.
func newMail(cfg config.Config, db *store.Store, logger *slog.Logger, tracer trace.Tracer) *notify.Sender {
	options := notify.Options{
		Outbox: db, PublicURL: cfg.PublicURL, From: cfg.MailSender(), Logger: logger, Now: db.Now, Tracer: tracer,
	}
	if server, ok := cfg.SMTP(); ok {
		options.SMTP = &notify.Server{
			Host: server.Host, Port: server.Port, Username: server.Username, Password: server.Password,
			ImplicitTLS: server.ImplicitTLS, NoTLS: server.NoTLS,
		}
	}
	return notify.New(options)
}

// start loads the sample data, fills the gate, and begins to follow what other processes
// change.
func (s *Server) start(ctx context.Context) error {
	if err := samples.Fill(ctx, s.Store); err != nil {
		return fmt.Errorf("cannot load the Playground's sample data: %w", err)
	}
	if err := s.Store.EnsureExplore(ctx); err != nil {
		return fmt.Errorf("cannot make the team that guests look around in: %w", err)
	}
	s.Store.OnMail(s.mail.Wake)
	s.Store.OnDeliveries(s.webhooks.Wake)
	s.Store.OnNotified(s.wakeTeller)
	s.Store.OnHold(s.tellHold)
	s.Store.OnUseWanted(s.wantUse)
	s.follower = gate.NewFollower(s.gate, s.Store, s.config.Lease, s.stats)
	s.follower.OnInForce(s.metrics.InForce)
	if s.tracer != nil {
		s.follower.Trace(s.tracer)
	}
	s.Store.SureWhile(s.follower.Sure)
	s.gate.TrustWhile(s.Store.Sure)
	s.Store.OnKeysChanged(func(ctx context.Context, environmentID string, at models.FeedPosition) {
		s.gate.Refresh(ctx, environmentID, at)
		if !s.Store.Hears() { // of its own changes too
			s.follower.Wake()
		}
	})
	if err := s.follower.Join(ctx); err != nil {
		return err
	}
	ctx, s.stop = context.WithCancel(context.WithoutCancel(ctx))
	s.following.Go(func() { s.follower.Run(ctx) })
	s.following.Go(func() { s.keepUse(ctx) })
	s.following.Go(func() { s.gate.CountDays(ctx, s.Store) })
	s.following.Go(func() { s.Store.Listen(ctx, s.follower.Wake) })
	return nil
}

// tellHold says that another process may serve a SQLite file, or that none does.
func (s *Server) tellHold(held bool) {
	if held {
		s.logger.Info("this process alone serves the database again")
		s.gate.Resume()
		return
	}
	s.logger.Error("another process may serve the database: " +
		"key checks answer 503, and nothing is changed, until it is sure that none does")
	s.gate.Suspend()
}

// apiURL is where programs reach the API: the dashboard's own address, or the
// API's listener on the same host.
func apiURL(cfg config.Config) *url.URL {
	public, err := url.Parse(cfg.PublicURL)
	if err != nil {
		panic(err) // the configuration has been validated
	}
	address := &url.URL{Scheme: public.Scheme, Host: public.Host}
	if _, port, err := net.SplitHostPort(cfg.APIAddr); err == nil {
		address.Host = net.JoinHostPort(public.Hostname(), port)
	}
	return address
}

// Handler answers everything on one address.
func (s *Server) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case s.answersPlainCheck(w, r):
		case api.Takes(r.URL.EscapedPath()):
			s.api.ServeHTTP(w, r)
		default:
			s.pages().ServeHTTP(w, r)
		}
	})
}

// pages answers everything but the API.
func (s *Server) pages() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch path := r.URL.Path; {
		case path == "/healthz":
			w.WriteHeader(http.StatusOK)
		case path == "/readyz":
			s.ready(w, r)
		case api.Takes(r.URL.EscapedPath()):
			s.uploads.AnswerElsewhere(w)
		default:
			s.dashboard.ServeHTTP(w, r)
		}
	})
}

// ready answers 200 when the database answers too, and keys can be checked.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	if err := s.Store.Ready(r.Context()); err != nil || !s.gate.Ready() {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// Close lets go of the database, after what was handed in has been written.
func (s *Server) Close() error {
	if s.stop != nil {
		s.stop()
		s.following.Wait()
	}
	s.gate.Close()
	return s.Store.Close()
}

// apiAlone answers the API on a listener of its own.
func (s *Server) apiAlone() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.answersPlainCheck(w, r) {
			s.api.ServeHTTP(w, r)
		}
	})
}

// answersPlainCheck answers most checks of keys, ahead of everything else. With traces each
// request has a span, which begins where the others' do.
func (s *Server) answersPlainCheck(w http.ResponseWriter, r *http.Request) bool {
	return s.tracer == nil && s.uploads.AnswerPlainCheck(w, r)
}
