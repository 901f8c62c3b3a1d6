<?php

/**
 * An echo bot that needs nothing but PHP. Start it behind the guard:
 *
 *     token-guard run -- php -S 0.0.0.0:8080 bot.php
 */

declare(strict_types=1);

const BODY_BYTES_MAX = 1_000_000;

function setting(string $name, string $otherwise = ''): string
{
    return getenv($name) ?: $otherwise;
}

function token(): string
{
    // A file is read each time: so a rotated token is in use at once.
    $path = setting('WHATSAPP_TOKEN_FILE');
    return $path === '' ? setting('WHATSAPP_TOKEN') : trim((string) file_get_contents($path));
}

/** The answer's body, whatever its status; false where there was no answer. */
function post(string $url, string $body, string ...$headers): string|false
{
    $http = [
        'method' => 'POST',
        'header' => ['Content-Type: application/json', ...$headers],
        'content' => $body,
        'timeout' => 10,
        'ignore_errors' => true,
        'follow_location' => 0,
    ];
    // Without PHP's warning: it would show the address, and that of the guard is a secret.
    return @file_get_contents($url, false, stream_context_create(['http' => $http]), length: BODY_BYTES_MAX);
}

function sendText(string $phoneNumberId, string $to, string $text): void
{
    $graph = setting('GRAPH_API_URL', 'https://graph.facebook.com') . '/' . setting('GRAPH_API_VERSION', 'v25.0');
    $message = ['messaging_product' => 'whatsapp', 'to' => $to, 'type' => 'text', 'text' => ['body' => $text]];
    $answer = post(
        "$graph/$phoneNumberId/messages",
        json_encode($message, JSON_THROW_ON_ERROR),
        'Authorization: Bearer ' . token(),
    );
    if ($answer === false) {
        error_log('Graph did not answer');
    } elseif (isset(json_decode($answer, true)['error'])) {
        // The guard looks at once whether the token has ended. It knows which errors may mean that.
        report($answer);
        error_log('Graph did not take the message');
    }
}

function report(string $body): void
{
    // `token-guard run` sets it.
    $url = setting('TOKEN_GUARD_REPORT_URL');
    if ($url !== '' && post($url, $body) === false) {
        error_log('the guard did not take the report');
    }
}

function isFromMeta(string $body, string $signature): bool
{
    $secret = setting('META_APP_SECRET');
    return $secret !== '' && hash_equals('sha256=' . hash_hmac('sha256', $body, $secret), $signature);
}

/** @return iterable<array{string, string, string}> the number that was written to, who wrote, and what */
function messagesIn(array $webhook): iterable
{
    foreach ($webhook['entry'] ?? [] as $entry) {
        foreach ($entry['changes'] ?? [] as ['value' => $value]) {
            foreach ($value['messages'] ?? [] as $message) {
                if ($message['type'] === 'text') {
                    yield [$value['metadata']['phone_number_id'], $message['from'], $message['text']['body']];
                }
            }
        }
    }
}

function answer(int $status, string $text): void
{
    http_response_code($status);
    header('Content-Type: text/plain; charset=utf-8');
    header('Content-Length: ' . strlen($text));
    echo $text;
    flush();
}

if ($_SERVER['REQUEST_METHOD'] === 'GET') {
    // PHP writes the dot of hub.verify_token as an underscore.
    if (($_GET['hub_verify_token'] ?? '') === setting('WEBHOOK_VERIFY_TOKEN', 'change-me')) {
        answer(200, $_GET['hub_challenge'] ?? '');
    } else {
        answer(403, 'wrong verify token');
    }
    return;
}

$body = file_get_contents('php://input', length: BODY_BYTES_MAX);
if (!isFromMeta($body, $_SERVER['HTTP_X_HUB_SIGNATURE_256'] ?? '')) {
    answer(401, 'not signed by Meta');
    return;
}
// Meta wants its answer at once, and sends again what was not answered.
ignore_user_abort(true);
answer(200, 'ok');
report($body);
foreach (messagesIn(json_decode($body, true, flags: JSON_THROW_ON_ERROR)) as [$phoneNumberId, $sender, $text]) {
    sendText($phoneNumberId, $sender, "You said: $text");
}
