using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Downbeat.Tests.Load;

/// <summary>Which request comes next.</summary>
/// <param name="connection">The connection that sends it.</param>
/// <param name="turn">How many it has sent; over all connections in the open model.</param>
internal delegate ReadOnlyMemory<byte> NextRequest(int connection, int turn);

/// <summary>Drives a server over a fixed number of connections.</summary>
/// <param name="server">Where it listens.</param>
/// <param name="connections">How many are open.</param>
internal sealed class LoadDriver(IPEndPoint server, int connections)
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    /// <summary>The closed model: each connection asks again as soon as it has its answer. The time of a warm-up before it is not counted.</summary>
    /// <param name="duration">How long.</param>
    /// <param name="next">Which requests.</param>
    /// <param name="isToFirstByte">Count the time to the first byte of an answer, not to its last.</param>
    public async Task<LoadResult> ClosedAsync(TimeSpan duration, NextRequest next, bool isToFirstByte = false)
    {
        await RunClosedAsync(WarmUp, next, isToFirstByte);
        return await RunClosedAsync(duration, next, isToFirstByte);
    }

    /// <summary>
    /// The open model: requests are due at a fixed rate, whether or not those before were answered, and each is timed from when it was due. So a server that halts for a second pays for all
    /// that were due in it, and not only for the ones that were under way.
    /// </summary>
    /// <param name="perSecond">Requests that fall due in a second.</param>
    /// <param name="duration">How long.</param>
    /// <param name="next">Which requests.</param>
    public async Task<LoadResult> OpenAsync(double perSecond, TimeSpan duration, NextRequest next)
    {
        var (started, turn, total) = (Stopwatch.GetTimestamp(), -1, (int)(perSecond * duration.TotalSeconds));
        return await RunAsync(async (connection, book, number) =>
        {
            for (var mine = Interlocked.Increment(ref turn); mine < total; mine = Interlocked.Increment(ref turn))
            {
                var due = started + (long)(mine / perSecond * Stopwatch.Frequency);
                var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait);
                }

                await book.TakeAsync(connection, next(number, mine), due, isToFirstByte: false);
            }
        });
    }

    private Task<LoadResult> RunClosedAsync(TimeSpan duration, NextRequest next, bool isToFirstByte)
    {
        var end = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        return RunAsync(async (connection, book, number) =>
        {
            for (var turn = 0; Stopwatch.GetTimestamp() < end; turn++)
            {
                await book.TakeAsync(connection, next(number, turn), Stopwatch.GetTimestamp(), isToFirstByte);
            }
        });
    }

    private async Task<LoadResult> RunAsync(Func<LeanConnection, Book, int, Task> drive)
    {
        ConcurrentDictionary<string, int> failures = [];
        var books = Enumerable.Range(0, connections).Select(_ => new Book(failures)).ToList();
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(books.Select((book, number) => Task.Run(async () =>
        {
            using var connection = new LeanConnection(server);
            await drive(connection, book, number);
        })));
        return new(new(books.SelectMany(book => book.Ticks)), failures, clock.Elapsed.TotalSeconds);
    }

    /// <summary>What one connection saw.</summary>
    private sealed class Book(ConcurrentDictionary<string, int> failures)
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

        public List<long> Ticks { get; } = [];

        public async ValueTask TakeAsync(LeanConnection connection, ReadOnlyMemory<byte> request, long since, bool isToFirstByte)
        {
            using var patience = new CancellationTokenSource(Patience);
            try
            {
                var answer = await connection.SendAsync(request, patience.Token);
                if (answer.Status is >= 200 and < 400)
                {
                    Ticks.Add((isToFirstByte ? answer.FirstByteAt : answer.EndedAt) - since);
                    return;
                }

                failures.AddOrUpdate($"{answer.Status} {PathOf(request.Span)}", 1, (_, count) => count + 1);
            }
            catch (Exception e) when (e is SocketException or InvalidDataException or OperationCanceledException)
            {
                failures.AddOrUpdate($"{e.GetType().Name}: {e.Message} {PathOf(request.Span)}", 1, (_, count) => count + 1);
            }
        }

        // With identities cut off, so that the same failure has the same name.
        private static string PathOf(ReadOnlySpan<byte> request)
        {
            var line = System.Text.Encoding.ASCII.GetString(request[..Math.Max(0, request.IndexOf(" HTTP"u8))]);
            return System.Text.RegularExpressions.Regex.Replace(line, "[0-9a-f]{8}-[0-9a-f-]{27}", "{id}");
        }
    }
}
