using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Downbeat.Tests.Load;

/// <summary>
/// One keep-alive connection that sends ready-made bytes and reads answers, one after another. HttpClient would take several times the processor time, of which the server
/// that is measured on the same machine would then have less.
/// </summary>
internal sealed class LeanConnection(IPEndPoint server) : IDisposable
{
    private readonly byte[] buffer = new byte[64 << 10];
    private readonly AnswerParser parser = new();
    private Socket? socket;

    /// <summary>Sends a request and reads its answer.</summary>
    /// <exception cref="SocketException">The connection broke. The next request makes a new one.</exception>
    /// <exception cref="InvalidDataException">What came was no answer.</exception>
    public async ValueTask<LeanAnswer> SendAsync(ReadOnlyMemory<byte> request, CancellationToken stop)
    {
        try
        {
            return await ExchangeAsync(request, stop);
        }
        catch
        {
            Close();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    private async ValueTask<LeanAnswer> ExchangeAsync(ReadOnlyMemory<byte> request, CancellationToken stop)
    {
        var open = socket ??= await ConnectAsync(stop);
        parser.Reset();
        for (var sent = 0; sent < request.Length;)
        {
            sent += await open.SendAsync(request[sent..], SocketFlags.None, stop);
        }

        var firstByteAt = 0L;
        var isComplete = false;
        while (!isComplete)
        {
            var count = await open.ReceiveAsync(buffer.AsMemory(), SocketFlags.None, stop);
            firstByteAt = firstByteAt == 0 ? Stopwatch.GetTimestamp() : firstByteAt;
            isComplete = count > 0 ? parser.Feed(buffer.AsSpan(0, count)) : throw new InvalidDataException("The server closed the connection before its answer was complete.");
        }

        var answer = new LeanAnswer(parser.Status, parser.BodyBytes, firstByteAt, Stopwatch.GetTimestamp());
        if (!parser.StaysOpen)
        {
            Close();
        }

        return answer;
    }

    private async ValueTask<Socket> ConnectAsync(CancellationToken stop)
    {
        var made = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await made.ConnectAsync(server, stop);
            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    private void Close()
    {
        socket?.Dispose();
        socket = null;
    }
}

/// <summary>An answer, without its body.</summary>
/// <param name="Status">Status code.</param>
/// <param name="Bytes">Length of the body.</param>
/// <param name="FirstByteAt">When its first byte came, by the stopwatch.</param>
/// <param name="EndedAt">When its last one did.</param>
internal readonly record struct LeanAnswer(int Status, long Bytes, long FirstByteAt, long EndedAt);
