<?php
// An adapter of the channel "web" over HTTP:
//   php adapter.php send [TEXT] | follow | say VERB CODE [NOTE]
// PHP 8.1 or newer with curl (Debian: php-curl).

define('URL', getenv('PINTU_GATEWAY_URL') ?: 'http://127.0.0.1:8080');
define('KEY', getenv('KEY'));
define('EVERY', (float) (getenv('EVERY') ?: 60));
define('KEPT', getenv('KEPT') ?: 'complaints'); // a real adapter has a table for them
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
        $curl = curl_init(URL . $path);
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

function keep(array $complaint): void
{
    is_dir(KEPT) || mkdir(KEPT, 0700, true);
    $file = KEPT . "/{$complaint['id']}";
    file_put_contents("$file.new", json_encode($complaint, JSON_THROW_ON_ERROR));
    rename("$file.new", "$file.json");
}

function kept(): array
{
    $read = fn (string $file) => json_decode(file_get_contents($file), true, flags: JSON_THROW_ON_ERROR);
    return array_map($read, glob(KEPT . '/*.json'));
}

// Keep it, then hand over whatever was kept and not handed over yet.
function send(?string $text = null): void
{
    if ($text !== null) {
        keep(['id' => bin2hex(random_bytes(16)), 'text' => $text]); // nobody can guess the id
    }
    foreach (kept() as $one) {
        if (isset($one['tracking']) || isset($one['refused'])) {
            continue;
        }
        try {
            $answer = call('POST', '/v1/complaints', ['text' => $one['text']], $one['id']);
        } catch (Refused $why) { // somebody has to look at it: the same again would not help
            keep($one + ['refused' => $why->getMessage()]);
            fwrite(STDERR, "{$one['id']}: {$why->getMessage()}\n");
            continue;
        }
        keep($one + ['tracking' => $answer['tracking'], 'pin' => $answer['pin']]);
        echo "{$answer['tracking']} {$answer['pin']}\n"; // the reporter keeps both
    }
}

// What the reporter says: replied, accepted or withdrawn.
function say(string $verb, string $code, ?string $note = null): void
{
    $data = $note === null ? [] : ['note' => $note];
    $receipt = call('POST', "/v1/complaints/$code/$verb", $data, bin2hex(random_bytes(16)));
    echo "{$receipt['outcome']} {$receipt['state']}\n";
}

function follow(): void
{
    while (true) {
        foreach (kept() as $one) {
            if (isset($one['tracking']) && ($one['state'] ?? null) !== 'closed') {
                look($one);
            }
        }
        usleep((int) (EVERY * 1_000_000));
    }
}

function look(array $one): void
{
    try {
        $case = call('GET', "/v1/complaints/{$one['tracking']}");
    } catch (Refused $why) {
        if ($why->getCode() === 404) { // it was filed just now
            return;
        }
        throw $why;
    }
    foreach ($case['notes'] as $note) {
        $new = !in_array($note['at'], $one['told'] ?? [], true);
        if ($new && !str_starts_with($note['by'], 'channel.')) {
            $words = $note['note'] ?? $note['reason'] ?? '';
            echo "{$one['tracking']} {$note['verb']} $words\n";
        }
    }
    if ($case['state'] !== ($one['state'] ?? null)) {
        echo "{$one['tracking']} is {$case['state']}\n";
    }
    keep(['state' => $case['state'], 'told' => array_column($case['notes'], 'at')] + $one);
}

try {
    match ($argv[1]) {
        'send' => send($argv[2] ?? null),
        'say' => say(...array_slice($argv, 2)),
        'follow' => follow(),
    };
} catch (Refused $why) {
    fwrite(STDERR, $why->getMessage() . "\n");
    exit(1);
}
