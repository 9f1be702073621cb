<?php
// The system of the agency "dishub" over HTTP: php agency.php
// PHP 8.1 or newer with curl (Debian: php-curl).

define('URL', getenv('PINTU_GATEWAY_URL') ?: 'http://127.0.0.1:8080');
define('AGENCY', getenv('AGENCY') ?: 'dishub');
define('KEY', getenv('KEY'));
define('EVERY', (float) (getenv('EVERY') ?: 60));
const AGAIN = [408, 429, 500, 502, 503, 504];

class Refused extends Exception
{
}

// Until there is an answer for good. What is sent twice under one id counts once.
function call(string $method, string $path, ?array $data = null, ?string $id = null): array
{
    $headers = ['Authorization: Bearer ' . KEY, 'Content-Type: application/json'];
    if ($id !== null) {
        $headers[] = "Idempotency-Key: $id";
    }
    for ($pause = 1;; $pause = min($pause * 2, 60)) {
        $wait = $pause;
        $curl = curl_init(URL . '/v1/agencies/' . AGENCY . "/cases$path");
        curl_setopt_array($curl, [
            CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_HTTPHEADER => $headers,
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_TIMEOUT => 30,
            CURLOPT_HEADERFUNCTION => function ($_, string $line) use (&$wait): int {
                if (preg_match('/^Retry-After: *(\d+)/i', $line, $found)) {
                    $wait = (int) $found[1];
                }
                return strlen($line);
            },
        ]);
        if ($data !== null) {
            $body = json_encode((object) $data, JSON_THROW_ON_ERROR);
            curl_setopt($curl, CURLOPT_POSTFIELDS, $body);
        }
        $answer = curl_exec($curl);
        $status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
        if ($answer !== false && $status >= 200 && $status < 300) {
            return json_decode($answer, true, flags: JSON_THROW_ON_ERROR);
        }
        if ($answer !== false && !in_array($status, AGAIN, true)) {
            throw new Refused("$status $answer", $status);
        }
        $why = $answer === false ? curl_error($curl) : $status; // no answer, half of one, or later
        $wait *= 1 + random_int(0, 500) / 1000; // not all at once
        fprintf(STDERR, "again in %.1f s: %s\n", $wait, $why);
        usleep((int) ($wait * 1_000_000));
    }
}

// All of them, the oldest first, page by page.
function open_cases(): iterable
{
    $after = '';
    do {
        $more = $after === '' ? '' : '&after=' . rawurlencode($after);
        $page = call('GET', "?limit=100$more");
        foreach ($page['cases'] as $case) {
            yield $case;
        }
        $after = $page['next'];
    } while ($after !== null);
}

function say(array $case, string $verb, array $data = []): void
{
    // Made of what it answers: said twice, it counts once.
    $answered = $case['notes'] ? end($case['notes'])['at'] : $case['received_at'];
    $id = "{$case['complaint_id']}.$verb.$answered";
    try {
        $receipt = call('POST', "/{$case['tracking']}/$verb", $data, $id);
        echo "{$case['tracking']} $verb {$receipt['outcome']}\n";
    } catch (Refused $why) { // it changed meanwhile: the next round shows how
        fwrite(STDERR, "{$case['tracking']} $verb {$why->getMessage()}\n");
    }
}

// One step of a case. In a real system people decide; here it decides by itself.
function handle(array $case): void
{
    if ($case['state'] === 'routed') {
        echo "{$case['tracking']} ", $case['complaint']['text'] ?? '', "\n";
        say($case, 'acknowledged');
    } elseif ($case['state'] === 'acknowledged' && $case['topic'] === null) {
        say($case, 'returned', ['reason' => 'Bukan kewenangan kami.']);
    } elseif ($case['state'] === 'acknowledged') {
        say($case, 'responded', ['note' => 'Petugas kami ke lokasi besok.']);
    } elseif ($case['state'] === 'responded') {
        say($case, 'resolved', ['note' => 'Sudah ditangani.']);
    } // "held" and "resolved" wait for the reporter
}

while (true) {
    foreach (open_cases() as $case) {
        handle($case);
    }
    usleep((int) (EVERY * 1_000_000));
}
