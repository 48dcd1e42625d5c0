using Downbeat.Data;
using Downbeat.Features.Songs;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Downbeat.Features.Stems;

/// <summary>One splitting of a song: what was asked for, who did it, and what the check of the result measured.</summary>
public sealed class StemSet
{
    /// <summary>Identity, UUID version 7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Whose it is.</summary>
    public Guid OwnerId { get; init; }

    /// <summary>The song; null when a program had a file split that belongs to none.</summary>
    public Guid? SongId { get; init; }

    /// <summary>Into how many stems.</summary>
    public int Stems { get; init; }

    /// <summary>SHA-256 of the file that is split, lower-case hexadecimal: the same file split by the same engine gives the same stems.</summary>
    public string ContentHash { get; init; } = "";

    /// <summary>Extension of the file that is split, when it belongs to no song.</summary>
    public string Extension { get; init; } = "";

    /// <summary>Length of the sound by the check of the upload.</summary>
    public double DurationSeconds { get; init; }

    /// <summary>Name of the engine: the one that was chosen, then the one that did it.</summary>
    public string Engine { get; set; } = "";

    /// <summary>The job that splits it.</summary>
    public Guid JobId { get; set; }

    /// <summary>Attempt of the job whose files are the result; null until it is finished.</summary>
    public int? PublishedAttempt { get; set; }

    /// <summary>What the check measured, as JSON of <see cref="Separation.SplitReport"/>; null until it is finished.</summary>
    public string? ReportJson { get; set; }

    /// <summary>When it was asked for.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Folder of all attempts at all splittings of a song, or of what belongs to no song.</summary>
    internal static string HomeOf(Guid? songId) => songId is { } id ? $"{Song.FolderOf(id)}/stems" : "stems";

    /// <summary>Folder of an attempt at a splitting: each writes files of its own, so that a late one spoils nothing.</summary>
    internal static string FolderOf(Guid? songId, Guid id, int attempt) => $"{HomeOf(songId)}/{id:N}-{attempt}";

    /// <summary>Which attempt at which splitting a folder belongs to; null when it belongs to none.</summary>
    internal static (Guid Id, int Attempt)? AttemptOf(string folderName) =>
        folderName.Split('-') is [var id, var attempt] && Guid.TryParseExact(id, "N", out var set) && int.TryParse(attempt, out var number) ? (set, number) : null;

    /// <summary>Folder of an attempt at it.</summary>
    internal string FolderOf(int attempt) => FolderOf(SongId, Id, attempt);

    /// <summary>Folder of the file that is split, when it belongs to no song: that of an attempt before the first.</summary>
    internal string SourceFolder => FolderOf(0);

    /// <summary>Key of that file.</summary>
    internal string SourceKey => $"{SourceFolder}/source{Extension}";

    internal sealed class Table : IEntityTypeConfiguration<StemSet>
    {
        public void Configure(EntityTypeBuilder<StemSet> set)
        {
            set.ToTable("StemSets");
            set.Property(s => s.ContentHash).HasMaxLength(64);
            set.Property(s => s.Extension).HasMaxLength(8);
            set.Property(s => s.Engine).HasMaxLength(200);
            set.HasIndex(s => new { s.SongId, s.Stems });
            set.HasIndex(s => s.ContentHash);
            set.HasIndex(s => s.JobId);
            set.HasOne<User>().WithMany().HasForeignKey(s => s.OwnerId).OnDelete(DeleteBehavior.Cascade);
            set.HasOne<Song>().WithMany().HasForeignKey(s => s.SongId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>The mixer's state of a song that is split into so many stems.</summary>
public sealed class StoredStemMix
{
    /// <summary>The song.</summary>
    public Guid SongId { get; init; }

    /// <summary>Into how many stems it is split.</summary>
    public int Stems { get; init; }

    /// <summary>The <see cref="StemMix"/>, as JSON.</summary>
    public string Json { get; set; } = "";

    /// <summary>When it was last changed: of several splittings of a song, videos take the mix that somebody worked on last.</summary>
    public DateTimeOffset ChangedAt { get; set; }

    internal sealed class Table : IEntityTypeConfiguration<StoredStemMix>
    {
        public void Configure(EntityTypeBuilder<StoredStemMix> mix)
        {
            mix.ToTable("StemMixes");
            mix.HasKey(m => new { m.SongId, m.Stems });
            mix.HasOne<Song>().WithMany().HasForeignKey(m => m.SongId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>The tables, as <c>db.StemSets</c> and <c>db.StemMixes</c>.</summary>
public static class StemTables
{
    extension(StudioDb db)
    {
        /// <summary>All splittings of all owners.</summary>
        public DbSet<StemSet> StemSets => db.Set<StemSet>();

        /// <summary>All mixers' states.</summary>
        public DbSet<StoredStemMix> StemMixes => db.Set<StoredStemMix>();
    }
}
