using Downbeat.Features.Compositions;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Downbeat.Tests.Features.Compositions.Rendering;

public sealed class PieceShelfTests : IDisposable
{
    private const int Kilobyte = 1024;
    private const int MostKilobytes = 10;
    private static readonly Guid Song = Guid.CreateVersion7();
    private static readonly Guid Other = Guid.CreateVersion7();

    private readonly string folder = Directory.CreateTempSubdirectory("downbeat-pieces-").FullName;
    private readonly Clock clock = new();
    private readonly FileStore files;
    private readonly PieceShelf shelf;
    private readonly Reserve reserve = new();

    public PieceShelfTests()
    {
        files = new(new DataDirectory(folder), reserve);
        shelf = new(files, Options.Create(new CompositionOptions { PieceStoreGigabytes = MostKilobytes / 1024.0 / Kilobyte }), clock, NullLogger<PieceShelf>.Instance);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task What_was_not_used_for_longest_goes_and_a_trace_goes_with_its_piece()
    {
        using (var song = shelf.Open(Song))
        {
            await AddAsync(song, "a", 3);
            await AddAsync(song, "a.flash", 1);
            await AddAsync(song, "b", 4);
        }

        using (var other = shelf.Open(Other))
        {
            await AddAsync(other, "a", 1);
        }

        Use(Song, "a");
        using (var song = shelf.Open(Song))
        {
            await AddAsync(song, "c", 4);
        }

        await shelf.Trimming;
        Assert.Equal(["a", "a.flash", "c"], Names(Song));
        Assert.Equal(["a"], Names(Other));

        using (var other = shelf.Open(Other))
        {
            await AddAsync(other, "d", 5);
        }

        await shelf.Trimming;
        Assert.Equal(["c"], Names(Song));
        Assert.Equal(["d"], Names(Other));
    }

    [Fact]
    public async Task What_a_render_needs_stays_as_long_as_it_runs_also_when_that_is_too_much()
    {
        using (var render = shelf.Open(Song))
        {
            await AddAsync(render, "a", 6);
            await AddAsync(render, "a.flash", 1);
            using (var late = shelf.Open(Other))
            {
                Assert.Null(late.TryFind("b"));
                await AddAsync(late, "b", 7);
            }

            await shelf.Trimming;
            Assert.Equal(["a", "a.flash"], Names(Song));
            Assert.Empty(Names(Other));
            await AddAsync(render, "c", 8);
            shelf.TrimSoon();
            await shelf.Trimming;
            Assert.Equal(["a", "a.flash", "c"], Names(Song));
        }

        await shelf.Trimming;
        Assert.Equal(["c"], Names(Song));
    }

    [Fact]
    public async Task A_use_is_noted_at_most_once_a_minute()
    {
        using var song = shelf.Open(Song);
        await AddAsync(song, "a", 1);
        var path = files.PathOf($"{PieceShelf.FolderOf(Song)}/a");
        var written = File.GetLastWriteTimeUtc(path);

        clock.Now += TimeSpan.FromSeconds(30);
        Assert.Equal(path, song.TryFind("a"));
        Assert.Equal(written, File.GetLastWriteTimeUtc(path));
        clock.Now += TimeSpan.FromSeconds(60);
        Assert.Equal(path, song.TryFind("a"));
        Assert.Equal(clock.Now.UtcDateTime, File.GetLastWriteTimeUtc(path));
    }

    [Fact]
    public async Task Room_is_made_of_what_nobody_uses_but_nothing_is_dropped_in_vain()
    {
        using (var song = shelf.Open(Song))
        {
            await AddAsync(song, "a", 4);
            await AddAsync(song, "b", 4);
        }

        await shelf.Trimming;
        var none = Assert.Throws<StudioProblem>(() => shelf.EnsureRoom(files.RoomBytes + (1L << 40)));
        Assert.Equal((507, "storage.full"), (none.Status, none.Code));
        Assert.Equal(["a", "b"], Names(Song));

        // How much a disk has left that others write to cannot be said to the kilobyte; how much is missing can.
        shelf.MakeRoom(3 * Kilobyte);
        Assert.Equal(["b"], Names(Song));
    }

    [Fact]
    public async Task Nothing_is_dropped_where_only_pieces_in_use_would_make_the_room()
    {
        using (var before = shelf.Open(Song))
        {
            await AddAsync(before, "free", 1);
        }

        using var song = shelf.Open(Song);
        await AddAsync(song, "used", 9);

        shelf.MakeRoom(5 * Kilobyte);

        Assert.Equal(["free", "used"], Names(Song));
    }

    [Fact]
    public async Task A_piece_is_not_taken_where_the_reserve_is_reached_and_nothing_half_written_stays()
    {
        using var song = shelf.Open(Song);
        await AddAsync(song, "a", 1);
        reserve.Megabytes = int.MaxValue;

        var full = await Assert.ThrowsAsync<StudioProblem>(() => AddAsync(song, "b", 1));

        Assert.Equal((507, "storage.full"), (full.Status, full.Code));
        Assert.Equal(["a"], Names(Song));
    }

    [Fact]
    public void A_full_disk_is_told_from_other_failures()
    {
        using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        Assert.True(FileStore.IsFull(Assert.Throws<IOException>(() => full.WriteByte(1))));
        Assert.False(FileStore.IsFull(Assert.Throws<FileNotFoundException>(() => File.OpenRead(Path.Combine(folder, "nothing")))));
    }

    private async Task AddAsync(SongPieces pieces, string name, int kilobytes)
    {
        clock.Now += TimeSpan.FromMinutes(2);
        var path = Path.Combine(folder, "work", name);
        await File.WriteAllBytesAsync(path, new byte[kilobytes * Kilobyte], TestContext.Current.CancellationToken);
        File.SetLastWriteTimeUtc(path, clock.Now.UtcDateTime);
        await pieces.AddAsync(name, path);
    }

    private void Use(Guid song, string name)
    {
        clock.Now += TimeSpan.FromMinutes(2);
        using var pieces = shelf.Open(song);
        Assert.NotNull(pieces.TryFind(name));
    }

    private string[] Names(Guid song) =>
        Directory.Exists(files.PathOf(PieceShelf.FolderOf(song))) ? [.. Directory.GetFiles(files.PathOf(PieceShelf.FolderOf(song))).Select(path => Path.GetFileName(path)).Order()] : [];

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    /// <summary>A reserve that is reached at will.</summary>
    private sealed class Reserve : IOptions<StorageOptions>
    {
        public int Megabytes { get; set; }

        public StorageOptions Value => new() { DiskReserveMegabytes = Megabytes };
    }
}
