using Downbeat.Data;
using Downbeat.Features.Songs;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Downbeat.Features.Lyrics;

/// <summary>That a song has words, and which of their snapshots is in effect.</summary>
internal sealed class StoredLyrics
{
    public Guid SongId { get; init; }

    /// <summary>Counts every change, also undoing one.</summary>
    public int Version { get; set; }

    /// <summary>The snapshot in effect.</summary>
    public int Current { get; set; }

    /// <summary>The oldest snapshot that is kept.</summary>
    public int Oldest { get; set; }

    /// <summary>The newest; after <see cref="Current"/> when something was undone.</summary>
    public int Newest { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    internal sealed class Table : IEntityTypeConfiguration<StoredLyrics>
    {
        public void Configure(EntityTypeBuilder<StoredLyrics> lyrics)
        {
            lyrics.ToTable("Lyrics");
            lyrics.HasKey(l => l.SongId);
            lyrics.HasOne<Song>().WithOne().HasForeignKey<StoredLyrics>(l => l.SongId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>The words of a song as they were at one moment.</summary>
internal sealed class LyricSnapshot
{
    public Guid SongId { get; init; }

    /// <summary>Place in the history, from 1.</summary>
    public int Number { get; init; }

    /// <summary>The <see cref="LyricContent"/>, as JSON.</summary>
    public string Json { get; set; } = "";

    internal sealed class Table : IEntityTypeConfiguration<LyricSnapshot>
    {
        public void Configure(EntityTypeBuilder<LyricSnapshot> snapshot)
        {
            snapshot.ToTable("LyricSnapshots");
            snapshot.HasKey(s => new { s.SongId, s.Number });
            snapshot.HasOne<StoredLyrics>().WithMany().HasForeignKey(s => s.SongId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>The tables, as <c>db.Lyrics</c> and <c>db.LyricSnapshots</c>.</summary>
internal static class LyricTables
{
    extension(StudioDb db)
    {
        public DbSet<StoredLyrics> Lyrics => db.Set<StoredLyrics>();

        public DbSet<LyricSnapshot> LyricSnapshots => db.Set<LyricSnapshot>();
    }
}
