using System.Buffers.Text;
using System.Text;

namespace Downbeat.Tests.Load;

/// <summary>Reads one HTTP/1.1 answer from pieces as they come, and keeps nothing of its body: only where it ends. For a client that must cost less than the server that it measures.</summary>
internal sealed class AnswerParser
{
    private const int MostHeadBytes = 32 << 10;

    private readonly byte[] head = new byte[MostHeadBytes];
    private int headBytes;
    private Part part;
    private long left;
    private long chunk;

    private enum Part
    {
        Head,
        Body,
        ChunkSize,
        ChunkExtension,
        ChunkData,
        Trailer,
        TrailerLine,
        End,
    }

    /// <summary>Status code, once the head is there.</summary>
    public int Status { get; private set; }

    /// <summary>Bytes of the body so far, without what frames them.</summary>
    public long BodyBytes { get; private set; }

    /// <summary>False when the server closes the connection after this answer.</summary>
    public bool StaysOpen { get; private set; } = true;

    /// <summary>The head as text.</summary>
    public string Head => Encoding.Latin1.GetString(head, 0, headBytes);

    /// <summary>Makes ready for the next answer.</summary>
    public void Reset() => (headBytes, part, left, chunk, Status, BodyBytes, StaysOpen) = (0, Part.Head, 0, 0, 0, 0, true);

    /// <summary>Takes the next piece.</summary>
    /// <returns>True when the answer is complete.</returns>
    /// <exception cref="InvalidDataException">This is no HTTP/1.1 answer, or there is more than one.</exception>
    public bool Feed(ReadOnlySpan<byte> piece)
    {
        while (piece.Length > 0 && part != Part.End)
        {
            piece = part switch
            {
                Part.Head => ReadHead(piece),
                Part.Body => ReadBody(piece),
                Part.ChunkData => ReadChunk(piece),
                _ => ReadFrame(piece),
            };
        }

        return piece.Length == 0 ? part == Part.End : throw new InvalidDataException("The server sent more than it was asked for.");
    }

    private ReadOnlySpan<byte> ReadHead(ReadOnlySpan<byte> piece)
    {
        // The end may lie across two pieces, so it is sought from three bytes before this one.
        var taken = Math.Min(piece.Length, MostHeadBytes - headBytes);
        piece[..taken].CopyTo(head.AsSpan(headBytes));
        var from = Math.Max(0, headBytes - 3);
        var end = head.AsSpan(from, headBytes + taken - from).IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            headBytes += taken;
            return headBytes < MostHeadBytes ? [] : throw new InvalidDataException("The head has no end.");
        }

        var before = headBytes;
        headBytes = from + end + 4;
        Understand(head.AsSpan(0, headBytes));
        return piece[(headBytes - before)..];
    }

    private void Understand(ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith("HTTP/1.1 "u8) || !Utf8Parser.TryParse(text[9..], out int status, out _))
        {
            throw new InvalidDataException("This is no answer of HTTP/1.1.");
        }

        Status = status;
        long? length = null;
        var isChunked = false;
        foreach (var range in text.Split("\r\n"u8))
        {
            var line = text[range];
            if (Value(line, "content-length:"u8) is { Length: > 0 } size && Utf8Parser.TryParse(size, out long bytes, out _))
            {
                length = bytes;
            }
            else if (Value(line, "transfer-encoding:"u8) is { Length: > 0 } coding)
            {
                isChunked = coding.EndsWith("chunked"u8);
            }
            else if (Value(line, "connection:"u8) is { Length: > 0 } connection)
            {
                StaysOpen = !connection.SequenceEqual("close"u8);
            }
        }

        left = status is 204 or 304 ? 0 : length ?? 0;
        part = status is 204 or 304 ? Part.End
            : isChunked ? Part.ChunkSize
            : length is null ? throw new InvalidDataException("The answer does not say how long it is.")
            : left == 0 ? Part.End : Part.Body;
    }

    private ReadOnlySpan<byte> ReadBody(ReadOnlySpan<byte> piece)
    {
        var taken = (int)Math.Min(left, piece.Length);
        (left, BodyBytes) = (left - taken, BodyBytes + taken);
        part = left == 0 ? Part.End : Part.Body;
        return piece[taken..];
    }

    // The two bytes after a chunk are counted as its last ones.
    private ReadOnlySpan<byte> ReadChunk(ReadOnlySpan<byte> piece)
    {
        var taken = (int)Math.Min(left, piece.Length);
        left -= taken;
        if (left == 0)
        {
            (part, BodyBytes, chunk) = (Part.ChunkSize, BodyBytes + chunk, 0);
        }

        return piece[taken..];
    }

    private ReadOnlySpan<byte> ReadFrame(ReadOnlySpan<byte> piece)
    {
        var next = piece[0];
        switch (part)
        {
            case Part.ChunkSize when Digit(next) is >= 0 and var digit:
                chunk = (chunk * 16) + digit;
                break;
            case Part.ChunkSize or Part.ChunkExtension when next == '\n':
                (part, left) = chunk == 0 ? (Part.Trailer, 0) : (Part.ChunkData, chunk + 2);
                break;
            case Part.ChunkSize when next != '\r':
                part = Part.ChunkExtension;
                break;
            case Part.Trailer when next == '\n':
                part = Part.End;
                break;
            case Part.Trailer when next != '\r':
                part = Part.TrailerLine;
                break;
            case Part.TrailerLine when next == '\n':
                part = Part.Trailer;
                break;
        }

        return piece[1..];
    }

    private static int Digit(byte c) => c switch
    {
        >= (byte)'0' and <= (byte)'9' => c - '0',
        >= (byte)'a' and <= (byte)'f' => c - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => c - 'A' + 10,
        _ => -1,
    };

    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name) =>
        line.Length > name.Length && Ascii.EqualsIgnoreCase(line[..name.Length], name) ? line[name.Length..].Trim((byte)' ') : [];
}
