using Downbeat.Features.Songs;
using Downbeat.Storage;
using Microsoft.Extensions.Options;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>
/// The pieces of all songs: each song's in a folder of its own, so that they go with it and tell nobody else anything, and all together no larger than the settings say. Those that were not used
/// for longest are dropped, but none that a render of this instance holds. A render of another instance may lose one: it makes it again.
/// </summary>
internal sealed class PieceShelf(FileStore files, IOptions<CompositionOptions> options, TimeProvider clock, ILogger<PieceShelf> logger)
{
    private const string Songs = "songs";
    private const string Pieces = "pieces";

    /// <summary>Uses are noted no more finely than this: the time of a file is written again at most once a minute.</summary>
    private static readonly TimeSpan UseStep = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, int> held = [];
    private readonly Lock gate = new();
    private readonly Lock trimGate = new();

    /// <summary>The removal of what is too much that was begun last; completed when there was none.</summary>
    public Task Trimming { get; private set; } = Task.CompletedTask;

    /// <summary>Folder of the pieces of a song.</summary>
    public static string FolderOf(Guid songId) => $"{Song.FolderOf(songId)}/{Pieces}";

    /// <summary>The pieces of a song. What is looked for or added there stays until that is disposed.</summary>
    public SongPieces Open(Guid songId) => new(this, FolderOf(songId));

    /// <summary>Refuses work that the disk has no room for, after pieces that nobody uses have made what room they can.</summary>
    /// <exception cref="StudioProblem">507 <c>storage.full</c>.</exception>
    public void EnsureRoom(long bytes)
    {
        if (bytes - files.RoomBytes is > 0 and var missing)
        {
            MakeRoom(missing);
        }

        files.EnsureRoom(bytes);
    }

    /// <summary>Drops so much of what nobody uses; nothing when all of it would not be enough.</summary>
    internal void MakeRoom(long bytes)
    {
        var pieces = ByUse();
        lock (gate)
        {
            pieces.RemoveAll(piece => held.ContainsKey(piece.Name));
        }

        if (pieces.Sum(piece => piece.SizeBytes) >= bytes)
        {
            Drop(pieces, bytes);
        }
    }

    /// <summary>Begins to drop what is too much, behind the back of the caller.</summary>
    public void TrimSoon()
    {
        lock (trimGate)
        {
            Trimming = Trimming.ContinueWith(_ => Trim(), CancellationToken.None, TaskContinuationOptions.DenyChildAttach, TaskScheduler.Default);
        }
    }

    /// <summary>Path of a file of a held piece, or null when there is none; it counts as used now.</summary>
    internal string? TryUse(string key) => files.Touch(key, clock.GetUtcNow(), UseStep) ? files.Find(key) : null;

    /// <summary>Takes over a finished file of a held piece.</summary>
    /// <exception cref="StudioProblem">507 <c>storage.full</c>: the disk reserve is reached.</exception>
    internal void Put(string key, string finishedPath)
    {
        EnsureRoom(0);
        files.Put(key, finishedPath);
    }

    internal void Hold(string piece)
    {
        lock (gate)
        {
            held[piece] = held.GetValueOrDefault(piece) + 1;
        }
    }

    internal void Release(IEnumerable<string> pieces)
    {
        lock (gate)
        {
            foreach (var piece in pieces)
            {
                if (--held[piece] == 0)
                {
                    held.Remove(piece);
                }
            }
        }
    }

    /// <summary>What a file belongs to: a piece and its trace have the same name up to the point.</summary>
    internal static string PieceOf(string key) => key.IndexOf('.', StringComparison.Ordinal) is > 0 and var point ? key[..point] : key;

    private void Trim()
    {
        try
        {
            var pieces = ByUse();
            Drop(pieces, pieces.Sum(piece => piece.SizeBytes) - options.Value.PieceStoreBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning(e, "Rendered pieces could not be dropped; the next render tries again");
        }
    }

    private List<Piece> ByUse() =>
    [
        .. files.FilesIn(Songs, Pieces).GroupBy(file => PieceOf(file.Key))
            .Select(piece => new Piece(piece.Key, [.. piece.Select(file => file.Key)], piece.Sum(file => file.SizeBytes), piece.Max(file => file.UsedAt)))
            .OrderBy(piece => piece.UsedAt),
    ];

    private void Drop(List<Piece> pieces, long bytes)
    {
        var dropped = 0;
        foreach (var piece in pieces.TakeWhile(_ => bytes > 0))
        {
            if (TryDrop(piece))
            {
                bytes -= piece.SizeBytes;
                dropped++;
            }
        }

        if (dropped > 0)
        {
            logger.LogInformation("{Count} rendered pieces were dropped to make room", dropped);
        }
    }

    // Under the lock, so that nobody begins to hold a piece that is half gone.
    private bool TryDrop(Piece piece)
    {
        lock (gate)
        {
            if (held.ContainsKey(piece.Name))
            {
                return false;
            }

            foreach (var key in piece.Keys)
            {
                files.Delete(key);
            }

            return true;
        }
    }

    private sealed record Piece(string Name, IReadOnlyList<string> Keys, long SizeBytes, DateTimeOffset UsedAt);
}

/// <summary>The pieces of one song, in use: none of those that were looked for or added here is dropped before this is disposed.</summary>
internal sealed class SongPieces(PieceShelf shelf, string folder) : IPieceStore, IDisposable
{
    private readonly HashSet<string> held = [];
    private bool hasAdded;

    /// <inheritdoc/>
    public string? TryFind(string key) => shelf.TryUse(Hold(key));

    /// <inheritdoc/>
    public Task AddAsync(string key, string temporaryPath)
    {
        shelf.Put(Hold(key), temporaryPath);
        hasAdded = true;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (held)
        {
            shelf.Release(held);
            held.Clear();
        }

        if (hasAdded)
        {
            shelf.TrimSoon();
        }
    }

    private string Hold(string name)
    {
        var key = $"{folder}/{name}";
        var piece = PieceShelf.PieceOf(key);
        lock (held)
        {
            if (held.Add(piece))
            {
                shelf.Hold(piece);
            }
        }

        return key;
    }
}
