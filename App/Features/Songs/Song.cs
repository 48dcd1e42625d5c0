using System.Text.Json.Serialization;
using Downbeat.Data;
using Downbeat.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Downbeat.Features.Songs;

/// <summary>A recording that somebody brought.</summary>
public sealed class Song
{
    /// <summary>Identity, UUID version 7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Whose song it is.</summary>
    [JsonIgnore]
    public Guid OwnerId { get; init; }

    /// <summary>Shown name.</summary>
    public string Title { get; set; } = "";

    /// <summary>Shown performer; may be empty.</summary>
    public string Artist { get; set; } = "";

    /// <summary>Name of the file as it was uploaded: shown, never used as a path.</summary>
    public string OriginalFileName { get; init; } = "";

    /// <summary>Media type, found from the content.</summary>
    public string ContentType { get; init; } = "";

    /// <summary>Extension of the stored file, with its dot, found from the content.</summary>
    [JsonIgnore]
    public string Extension { get; init; } = "";

    /// <summary>Size of the file.</summary>
    public long SizeBytes { get; init; }

    /// <summary>Length of the decoded sound.</summary>
    public double DurationSeconds { get; init; }

    /// <summary>Samples per second in the file.</summary>
    public int SampleRate { get; init; }

    /// <summary>Channels in the file.</summary>
    public int Channels { get; init; }

    /// <summary>SHA-256 of the file, lower-case hexadecimal.</summary>
    [JsonIgnore]
    public string ContentHash { get; init; } = "";

    /// <summary>The newest job that listens to it.</summary>
    [JsonIgnore]
    public Guid? AnalysisJobId { get; set; }

    /// <summary>How far listening has come. Not stored: read from the job, which is the truth about it.</summary>
    public SongStatus Status { get; set; }

    /// <summary>Why listening failed; null unless it did. Not stored either.</summary>
    public string? Error { get; set; }

    /// <summary>When it was uploaded.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Folder of everything that belongs to the song; it goes when the song goes.</summary>
    [JsonIgnore]
    public string Folder => FolderOf(Id);

    /// <summary>Key of the uploaded file.</summary>
    [JsonIgnore]
    public string AudioKey => $"{Folder}/original{Extension}";

    /// <summary>Key of the waveform's peaks.</summary>
    [JsonIgnore]
    public string PeaksKey => $"{Folder}/peaks.bin";

    /// <summary>What the state of the listening job means for the song.</summary>
    public static SongStatus StatusOf(JobStatus? listening) => listening switch
    {
        JobStatus.Succeeded => SongStatus.Ready,
        JobStatus.Running => SongStatus.Analyzing,
        JobStatus.Failed or JobStatus.Cancelled => SongStatus.Failed,
        _ => SongStatus.Uploaded,
    };

    /// <summary>Folder of a song's files.</summary>
    public static string FolderOf(Guid songId) => $"songs/{songId:N}";

    internal sealed class Table : IEntityTypeConfiguration<Song>
    {
        public void Configure(EntityTypeBuilder<Song> song)
        {
            song.ToTable("Songs");
            song.Property(s => s.Title).HasMaxLength(256);
            song.Property(s => s.Artist).HasMaxLength(256);
            song.Property(s => s.OriginalFileName).HasMaxLength(256);
            song.Property(s => s.ContentType).HasMaxLength(64);
            song.Property(s => s.Extension).HasMaxLength(8);
            song.Property(s => s.ContentHash).HasMaxLength(64);
            song.Ignore(s => s.Status);
            song.Ignore(s => s.Error);
            song.HasIndex(s => new { s.OwnerId, s.CreatedAt, s.Id });
            song.HasOne<User>().WithMany().HasForeignKey(s => s.OwnerId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>How far listening to a song has come.</summary>
public enum SongStatus
{
    /// <summary>Stored, waiting to be heard.</summary>
    Uploaded,

    /// <summary>Being listened to.</summary>
    Analyzing,

    /// <summary>Heard: its analysis can be read.</summary>
    Ready,

    /// <summary>Listening failed.</summary>
    Failed,
}

/// <summary>The table, as <c>db.Songs</c>.</summary>
public static class SongTable
{
    extension(StudioDb db)
    {
        /// <summary>All songs of all owners.</summary>
        public DbSet<Song> Songs => db.Set<Song>();
    }
}
