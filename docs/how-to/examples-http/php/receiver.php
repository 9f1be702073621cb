<?php
// Takes events by webhook. By a web server, or to try it: php -S 127.0.0.1:8090 receiver.php
// What was kept is done by another process: php receiver.php work
// PHP 8.1 or newer with PDO (Debian: php-sqlite3, php-mysql, php-pgsql).

define('SECRET', base64_decode(preg_replace('/^whsec_/', '', getenv('SECRET'))));
define('INBOX', getenv('INBOX') ?: 'sqlite:inbox.sqlite3'); // a DSN: mysql:…, pgsql:…
define('EVERY', (float) (getenv('EVERY') ?: 1));
const MOST = 2 << 20; // bytes
const SOON = 300; // seconds: what is older was recorded and sent again by somebody

function inbox(): PDO
{
    $database = new PDO(INBOX, options: [PDO::ATTR_TIMEOUT => 20]);
    // For MySQL: n BIGINT AUTO_INCREMENT, event LONGTEXT.
    $database->exec('CREATE TABLE IF NOT EXISTS inbox (n INTEGER PRIMARY KEY,'
        . ' id VARCHAR(200) NOT NULL UNIQUE, event TEXT NOT NULL, done INTEGER NOT NULL)');
    return $database;
}

// Whether Pintu sent it (https://www.standardwebhooks.com): the bytes as they came.
function genuine(string $id, string $at, string $signatures, string $body): bool
{
    if ($id === '' || !ctype_digit($at) || abs(time() - (int) $at) > SOON) {
        return false;
    }
    $right = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$at.$body", SECRET, true));
    foreach (explode(' ', $signatures) as $one) { // two of them while the secret is changed
        if (hash_equals($right, $one)) {
            return true;
        }
    }
    return false;
}

// On the disk when it returns. A second time under one id changes nothing.
function keep(string $id, string $body): void
{
    $insert = inbox()->prepare('INSERT INTO inbox (id, event, done) VALUES (?, ?, 0)');
    try {
        $insert->execute([$id, $body]);
    } catch (PDOException $why) {
        if ($why->getCode() !== '23000' && $why->getCode() !== '23505') { // it is there already
            throw $why;
        }
    }
}

function received(): int
{
    $body = file_get_contents('php://input', length: MOST + 1);
    if (strlen($body) > MOST) {
        return 413;
    }
    $header = fn (string $name): string => $_SERVER["HTTP_WEBHOOK_$name"] ?? '';
    if (!genuine($header('ID'), $header('TIMESTAMP'), $header('SIGNATURE'), $body)) {
        return 401;
    }
    try {
        keep($header('ID'), $body);
    } catch (PDOException $why) {
        error_log("not kept, it will come again: {$why->getMessage()}");
        return 503;
    }
    return 204; // not before it is kept: now nobody sends it again
}

// What was kept, in the order in which it came: of each case, the order in which it happened.
function work(): void
{
    $database = inbox();
    while (true) {
        $waiting = $database->query('SELECT n, event FROM inbox WHERE done = 0 ORDER BY n LIMIT 100');
        foreach ($waiting->fetchAll() as ['n' => $n, 'event' => $event]) {
            handle(json_decode($event, true, flags: JSON_THROW_ON_ERROR));
            $database->prepare('UPDATE inbox SET done = 1 WHERE n = ?')->execute([$n]);
        }
        usleep((int) (EVERY * 1_000_000));
    }
}

// What is not known yet is passed over here, and not refused above.
function handle(array $event): void
{
    [, $verb] = explode('.', $event['type']);
    $data = $event['data'];
    echo $data['tracking'] ?? $event['subject'] ?? '', " $verb ", $data['note'] ?? '', "\n";
}

if (PHP_SAPI === 'cli') {
    work();
} else {
    http_response_code($_SERVER['REQUEST_METHOD'] === 'POST' ? received() : 405);
}
