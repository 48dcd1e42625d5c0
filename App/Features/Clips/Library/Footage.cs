using System.ComponentModel.DataAnnotations.Schema;
using System.Linq.Expressions;
using System.Text.Json.Serialization;
using Downbeat.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Downbeat.Features.Clips.Library;

/// <summary>A film or a still that somebody has: stored once, whatever the songs that use it.</summary>
public sealed class Footage
{
    /// <summary>Identity, UUID version 7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Whose it is.</summary>
    [JsonIgnore]
    public Guid OwnerId { get; init; }

    /// <summary>Name shown; never used as a path.</summary>
    public string Title { get; set; } = "";

    /// <summary>Words that it is found by.</summary>
    public IReadOnlyList<string> Tags { get; set; } = [];

    /// <summary>Where it came from.</summary>
    public ClipSource Source { get; init; }

    /// <summary>Words it was generated from; null for what was not.</summary>
    public string? Prompt { get; init; }

    /// <summary>Name of what generated it; null for what was not generated.</summary>
    public string? Generator { get; init; }

    /// <summary>It was brought to the library itself and stays until it is deleted there; everything else goes with its last clip.</summary>
    public bool IsKept { get; set; }

    /// <summary>Length; null for a still.</summary>
    public double? DurationSeconds { get; init; }

    /// <summary>Width as shown, after rotation and pixel shape.</summary>
    public int Width { get; init; }

    /// <summary>Height as shown.</summary>
    public int Height { get; init; }

    /// <summary>Frames per second; null for a still.</summary>
    public double? Fps { get; init; }

    /// <summary>Size of the file.</summary>
    public long SizeBytes { get; init; }

    /// <summary>Whether there is a short film to look at. Stills have none, nor has what came before there were any.</summary>
    public bool HasPreview { get; init; }

    /// <summary>When it was brought.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The songs that use it. Not stored: their clips say so.</summary>
    [NotMapped]
    public IReadOnlyList<FootageSong> Songs { get; set; } = [];

    /// <summary>Extension of the stored file, with its dot, found from the content.</summary>
    [JsonIgnore]
    public string Extension { get; init; } = "";

    /// <summary>Media type, found from the content.</summary>
    [JsonIgnore]
    public string ContentType { get; init; } = "";

    /// <summary>SHA-256 of what was brought, lower-case hexadecimal. The stored file may be another, where its container was changed.</summary>
    [JsonIgnore]
    public string ContentHash { get; init; } = "";

    /// <summary>What the probe found, as JSON; the renderer reads it so that nothing is probed twice.</summary>
    [JsonIgnore]
    public string FactsJson { get; init; } = "";

    /// <summary>Title and tags as they are searched: see <see cref="FootageSearch"/>.</summary>
    [JsonIgnore]
    public string SearchText { get; private set; } = "";

    /// <summary>Key of the stored file.</summary>
    [JsonIgnore]
    public string VideoKey => VideoKeyOf(Id, Extension);

    /// <summary>Key of the thumbnail.</summary>
    [JsonIgnore]
    public string ThumbnailKey => ThumbnailKeyOf(Id);

    /// <summary>Key of the short film to look at; there is a file only when <see cref="HasPreview"/> says so.</summary>
    [JsonIgnore]
    public string PreviewKey => $"{FolderOf(Id)}/preview.mp4";

    /// <summary>Folder of the folders of all footage.</summary>
    internal const string Home = "footage";

    /// <summary>Folder of the files of one.</summary>
    internal static string FolderOf(Guid id) => $"{Home}/{id:N}";

    internal static string VideoKeyOf(Guid id, string extension) => $"{FolderOf(id)}/video{extension}";

    internal static string ThumbnailKeyOf(Guid id) => $"{FolderOf(id)}/thumbnail.webp";

    /// <summary>Where the thumbnail of one is that came before thumbnails were WebP.</summary>
    internal static string JpegThumbnailKeyOf(Guid id) => $"{FolderOf(id)}/thumbnail.jpg";

    /// <summary>What a clip shows, as footage by itself.</summary>
    /// <param name="clip">A clip with what was found in its file.</param>
    /// <param name="id">Identity of the footage.</param>
    /// <param name="hasPreview">Whether a preview was made.</param>
    internal static Footage Of(Clip clip, Guid id, bool hasPreview) => new Footage
    {
        Id = id,
        OwnerId = clip.OwnerId,
        Source = clip.Source,
        Prompt = clip.Prompt,
        Generator = clip.Generator,
        DurationSeconds = clip.DurationSeconds,
        Width = clip.Width,
        Height = clip.Height,
        Fps = clip.Fps,
        SizeBytes = clip.SizeBytes,
        HasPreview = hasPreview,
        Extension = clip.Extension,
        ContentType = clip.ContentType,
        ContentHash = clip.ContentHash,
        FactsJson = clip.FactsJson,
        CreatedAt = clip.CreatedAt,
    }.Called(clip.Title, []);

    /// <summary>All of it but what is long and not shown: what the probe found, and the text that is searched.</summary>
    internal static Expression<Func<Footage, Footage>> Shown { get; } = footage => new Footage
    {
        Id = footage.Id,
        OwnerId = footage.OwnerId,
        Title = footage.Title,
        Tags = footage.Tags,
        Source = footage.Source,
        Prompt = footage.Prompt,
        Generator = footage.Generator,
        IsKept = footage.IsKept,
        DurationSeconds = footage.DurationSeconds,
        Width = footage.Width,
        Height = footage.Height,
        Fps = footage.Fps,
        SizeBytes = footage.SizeBytes,
        HasPreview = footage.HasPreview,
        CreatedAt = footage.CreatedAt,
        Extension = footage.Extension,
        ContentType = footage.ContentType,
        ContentHash = footage.ContentHash,
    };

    /// <summary>Takes a name and tags, which have been checked.</summary>
    internal Footage Called(string title, IReadOnlyList<string> tags)
    {
        (Title, Tags, SearchText) = (title, tags, FootageSearch.TextOf(title, tags));
        return this;
    }

    internal sealed class Table : IEntityTypeConfiguration<Footage>
    {
        public void Configure(EntityTypeBuilder<Footage> footage)
        {
            footage.ToTable("Footage");
            footage.Property(f => f.Title).HasMaxLength(256);
            footage.Property(f => f.Generator).HasMaxLength(64);
            footage.Property(f => f.Extension).HasMaxLength(8);
            footage.Property(f => f.ContentType).HasMaxLength(64);
            footage.Property(f => f.ContentHash).HasMaxLength(64);

            // A tag has no line breaks.
            footage.Property(f => f.Tags).HasConversion(
                tags => string.Join('\n', tags),
                text => text.Split('\n', StringSplitOptions.RemoveEmptyEntries),
                new ValueComparer<IReadOnlyList<string>>((one, other) => one!.SequenceEqual(other!), tags => string.Join('\n', tags).GetHashCode(StringComparison.Ordinal), tags => tags));
            footage.HasIndex(f => new { f.OwnerId, f.CreatedAt, f.Id });
            footage.HasIndex(f => new { f.OwnerId, f.ContentHash }).IsUnique();
            footage.HasOne<User>().WithMany().HasForeignKey(f => f.OwnerId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>A song that uses some footage.</summary>
/// <param name="Id">The song.</param>
/// <param name="Title">Its name.</param>
public sealed record FootageSong(Guid Id, string Title);

/// <summary>The table, as <c>db.Footage</c>.</summary>
public static class FootageTable
{
    extension(StudioDb db)
    {
        /// <summary>All footage of all owners.</summary>
        public DbSet<Footage> Footage => db.Set<Footage>();
    }
}
