// An echo bot that needs nothing but Go. Build it, and start it behind the guard:
//
//	go build bot.go
//	token-guard run -- ./bot
package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"
)

var (
	graph       = env("GRAPH_API_URL", "https://graph.facebook.com") + "/" + env("GRAPH_API_VERSION", "v25.0")
	verifyToken = env("WEBHOOK_VERIFY_TOKEN", "change-me")
	// `token-guard run` sets it.
	reportURL = os.Getenv("TOKEN_GUARD_REPORT_URL")
	client    = &http.Client{Timeout: 10 * time.Second}
	// What is answered already, and still worked on.
	work sync.WaitGroup
)

const bodyBytesMax = 1_000_000

type webhook struct {
	Entry []struct {
		Changes []struct {
			Value struct {
				Metadata struct {
					PhoneNumberID string `json:"phone_number_id"`
				}
				Messages []struct {
					Type, From string
					Text       struct{ Body string }
				}
			}
		}
	}
}

func env(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

func token() string {
	// A file is read each time: so a rotated token is in use at once.
	if path := os.Getenv("WHATSAPP_TOKEN_FILE"); path != "" {
		text, err := os.ReadFile(path)
		if err != nil {
			log.Print(err)
		}
		return strings.TrimSpace(string(text))
	}
	return os.Getenv("WHATSAPP_TOKEN")
}

func post(url string, body []byte, authorization string) (status int, answer []byte, err error) {
	request, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	if authorization != "" {
		request.Header.Set("Authorization", authorization)
	}
	response, err := client.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	answer, err = io.ReadAll(io.LimitReader(response.Body, bodyBytesMax))
	return response.StatusCode, answer, err
}

func sendText(phoneNumberID, to, text string) error {
	body, err := json.Marshal(map[string]any{
		"messaging_product": "whatsapp", "to": to, "type": "text", "text": map[string]string{"body": text},
	})
	if err != nil {
		return err
	}
	status, answer, err := post(graph+"/"+phoneNumberID+"/messages", body, "Bearer "+token())
	if err == nil && status != http.StatusOK {
		// The guard looks at once whether the token has ended. It knows which errors may mean that.
		report(answer)
		return fmt.Errorf("graph answered %d", status)
	}
	return err
}

func report(body []byte) {
	if reportURL == "" {
		return
	}
	if _, _, err := post(reportURL, body, ""); err != nil {
		// The error is not printed: it holds the address, which is a secret.
		log.Print("the guard did not take the report")
	}
}

func isFromMeta(body []byte, signature string) bool {
	secret := os.Getenv("META_APP_SECRET")
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	expected := "sha256=" + hex.EncodeToString(mac.Sum(nil))
	return secret != "" && hmac.Equal([]byte(expected), []byte(signature))
}

func handle(body []byte) {
	defer work.Done()
	report(body)
	var met webhook
	if err := json.Unmarshal(body, &met); err != nil {
		log.Print("webhook: ", err)
		return
	}
	for _, entry := range met.Entry {
		for _, change := range entry.Changes {
			for _, message := range change.Value.Messages {
				if message.Type != "text" {
					continue
				}
				answer := "You said: " + message.Text.Body
				if err := sendText(change.Value.Metadata.PhoneNumberID, message.From, answer); err != nil {
					log.Print("send: ", err)
				}
			}
		}
	}
}

func serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if r.Method == http.MethodGet {
		query := r.URL.Query()
		if query.Get("hub.verify_token") != verifyToken {
			http.Error(w, "wrong verify token", http.StatusForbidden)
			return
		}
		io.WriteString(w, query.Get("hub.challenge"))
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyBytesMax))
	if err != nil {
		http.Error(w, "the body is too large", http.StatusRequestEntityTooLarge)
		return
	}
	if !isFromMeta(body, r.Header.Get("X-Hub-Signature-256")) {
		http.Error(w, "not signed by Meta", http.StatusUnauthorized)
		return
	}
	// Meta wants its answer at once, and sends again what was not answered.
	work.Add(1)
	go handle(body)
	io.WriteString(w, "ok")
}

func main() {
	// The guard passes SIGTERM on; what is under way is finished.
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer cancel()
	listener, err := net.Listen("tcp", net.JoinHostPort(os.Getenv("HOST"), env("PORT", "8080")))
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("listening on port %d", listener.Addr().(*net.TCPAddr).Port)
	server := &http.Server{Handler: http.HandlerFunc(serve), ReadHeaderTimeout: 10 * time.Second}
	go func() {
		if err := server.Serve(listener); err != http.ErrServerClosed {
			log.Fatal(err)
		}
	}()
	<-stop.Done()
	server.Shutdown(context.Background())
	work.Wait()
}
