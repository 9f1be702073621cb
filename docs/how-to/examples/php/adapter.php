<?php
// An adapter of the channel "web": php adapter.php send TEXT | say VERB CODE [NOTE] | listen
// Needs php-amqplib (Debian: php-amqplib; Composer: php-amqplib/php-amqplib).

require 'tracking.php';
require 'PhpAmqpLib/autoload.php';

use PhpAmqpLib\Connection\AMQPStreamConnection;
use PhpAmqpLib\Exception\AMQPExceptionInterface;
use PhpAmqpLib\Message\AMQPMessage;

define('CHANNEL', getenv('CHANNEL') ?: 'web');
const SOURCE = '/channels/' . CHANNEL;

function connect(): AMQPStreamConnection
{
    $url = array_map('urldecode', array_map('strval', parse_url(getenv('PINTU_AMQP_URL'))));
    $vhost = substr($url['path'] ?? '/', 1) ?: '/';
    return new AMQPStreamConnection($url['host'], $url['port'], $url['user'], $url['pass'], $vhost);
}

function event(string $type, array $data, array $more = []): array
{
    $hex = str_split(bin2hex(random_bytes(16)), 4); // random: nobody can guess it
    $id = vsprintf('%s%s-%s-%s-%s-%s%s%s', $hex);
    return ['specversion' => '1.0', 'id' => $id, 'source' => SOURCE, 'type' => $type,
            'data' => (object) $data] + $more;
}

// Until RabbitMQ has confirmed it. Sent twice under one id, it is one complaint.
function publish(string $exchange, string $key, array $event): void
{
    $message = new AMQPMessage(json_encode($event, JSON_THROW_ON_ERROR), [
        'content_type' => 'application/cloudevents+json',
        'delivery_mode' => AMQPMessage::DELIVERY_MODE_PERSISTENT,
        'message_id' => $event['id'],
    ]);
    while (true) {
        try {
            $connection = connect();
            $channel = $connection->channel();
            $channel->confirm_select();
            $channel->set_nack_handler(fn () => throw new RuntimeException('refused'));
            $channel->set_return_listener(fn () => throw new RuntimeException('no queue took it'));
            $channel->basic_publish($message, $exchange, $key, true);
            $channel->wait_for_pending_acks_returns(30);
            $connection->close();
            return;
        } catch (AMQPExceptionInterface | RuntimeException $why) {
            fwrite(STDERR, "not confirmed, again in a second: {$why->getMessage()}\n");
            sleep(1);
        }
    }
}

function send(string $text): void
{
    $complaint = event('complaint.submitted.v1', ['text' => $text]);
    // A real adapter first writes the complaint and its id into its own database.
    publish('complaints.intake', CHANNEL, $complaint);
    echo tracking(complaint_id(SOURCE, $complaint['id'])), "\n";
}

// What the reporter says: replied, accepted or withdrawn.
function say(string $verb, string $code, ?string $note = null): void
{
    $data = $note === null ? [] : ['note' => $note];
    $update = event("complaint.$verb.v1", $data, ['subject' => $code]);
    publish('complaints.updates', 'channel.' . CHANNEL . ".$verb", $update);
}

function listen(): void
{
    $told = []; // a real adapter keeps the ids of what it has told in its database
    $take = function (AMQPMessage $message) use (&$told): void {
        $news = json_decode($message->getBody(), true, flags: JSON_THROW_ON_ERROR);
        if (!isset($told[$news['id']])) {
            tell($news);
        }
        $told[$news['id']] = true;
        $message->ack();
    };
    while (true) {
        try {
            $channel = connect()->channel();
            $channel->basic_qos(0, 10, false);
            $channel->basic_consume('channel.' . CHANNEL, callback: $take);
            while ($channel->is_consuming()) {
                $channel->wait();
            }
        } catch (AMQPExceptionInterface | RuntimeException $why) {
            fwrite(STDERR, "again in a second: {$why->getMessage()}\n");
            sleep(1);
        }
    }
}

function tell(array $news): void
{
    [, $verb] = explode('.', $news['type']);
    echo $news['data']['tracking'] ?? $news['subject'], " $verb ", $news['data']['note'] ?? '', "\n";
}

[, $command] = $argv;
match ($command) {
    'send' => send($argv[2]),
    'say' => say(...array_slice($argv, 2)),
    'listen' => listen(),
};
