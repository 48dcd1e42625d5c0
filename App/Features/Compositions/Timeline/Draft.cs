using System.Text.Json;
using Downbeat.Data;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Songs;
using Downbeat.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Downbeat.Features.Compositions.Timeline;

/// <summary>A cut that somebody edits by hand; a song has at most one. Its states, one for each edit, are <see cref="DraftState"/>s.</summary>
internal sealed class Draft
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public Guid OwnerId { get; init; }

    public Guid SongId { get; init; }

    /// <summary>Counts up with each change, from 1.</summary>
    public int Version { get; set; }

    /// <summary>Number of the state that is seen.</summary>
    public int CurrentState { get; set; }

    /// <summary>The oldest that is kept.</summary>
    public int OldestState { get; set; }

    /// <summary>The newest; after <see cref="CurrentState"/> when something was undone.</summary>
    public int NewestState { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    internal sealed class Table : IEntityTypeConfiguration<Draft>
    {
        public void Configure(EntityTypeBuilder<Draft> draft)
        {
            draft.ToTable("Drafts");
            draft.HasIndex(d => new { d.SongId, d.OwnerId }).IsUnique();
            draft.HasIndex(d => d.OwnerId);
            draft.HasOne<User>().WithMany().HasForeignKey(d => d.OwnerId).OnDelete(DeleteBehavior.Cascade);
            draft.HasOne<Song>().WithMany().HasForeignKey(d => d.SongId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>A draft as it was at one moment.</summary>
internal sealed class DraftState
{
    public Guid DraftId { get; init; }

    /// <summary>Place in the history, from 0.</summary>
    public int Number { get; init; }

    /// <summary>The <see cref="Cut"/>, as JSON.</summary>
    public string CutJson { get; init; } = "";

    /// <summary>The <see cref="CompositionSettings"/> that it was planned by, as JSON.</summary>
    public string SettingsJson { get; init; } = "";

    /// <summary>Fingerprint of the song's grid that it was planned on; empty when that is not known.</summary>
    public string GridPrint { get; init; } = "";

    internal sealed class Table : IEntityTypeConfiguration<DraftState>
    {
        public void Configure(EntityTypeBuilder<DraftState> state)
        {
            state.ToTable("DraftStates");
            state.HasKey(s => new { s.DraftId, s.Number });
            state.Property(s => s.GridPrint).HasMaxLength(32);
            state.HasOne<Draft>().WithMany().HasForeignKey(s => s.DraftId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>What is edited: a cut, what it was planned by and on.</summary>
/// <param name="Cut">The cut.</param>
/// <param name="Settings">What was asked for.</param>
/// <param name="GridPrint">Fingerprint of the song's grid; empty when that is not known.</param>
internal sealed record DraftContent(Cut Cut, CompositionSettings Settings, string GridPrint)
{
    private string SettingsJson => JsonSerializer.Serialize(Settings with { Unknown = null }, ApiJson.Options);

    /// <summary>For storage, as a state of a draft.</summary>
    public DraftState ToState(Guid draftId, int number) => new() { DraftId = draftId, Number = number, CutJson = Cut.ToJson(), SettingsJson = SettingsJson, GridPrint = GridPrint };

    /// <summary>True when the same was asked for, also where it was read twice.</summary>
    public bool IsAskedForLike(DraftContent other) => SettingsJson == other.SettingsJson;

    /// <summary>True when nothing would look different, nor be planned differently.</summary>
    public bool IsSameAs(DraftContent other) => ToState(Guid.Empty, 0) is var mine && other.ToState(Guid.Empty, 0) is var its && (mine.CutJson, mine.SettingsJson, mine.GridPrint) == (its.CutJson, its.SettingsJson, its.GridPrint);

    /// <summary>Reads what <see cref="ToState"/> wrote.</summary>
    public static DraftContent Of(DraftState state) => new(Cut.FromJson(state.CutJson), JsonSerializer.Deserialize<CompositionSettings>(state.SettingsJson, ApiJson.Options)!, state.GridPrint);
}

/// <summary>The tables, and what is in them for one owner.</summary>
internal static class DraftTables
{
    extension(StudioDb db)
    {
        public DbSet<Draft> Drafts => db.Set<Draft>();

        private DbSet<DraftState> DraftStates => db.Set<DraftState>();

        /// <summary>Somebody's draft of a song with the state that is seen, or null.</summary>
        public async Task<(Draft Draft, DraftContent Content)?> FindDraftAsync(Guid ownerId, Guid songId, CancellationToken stop)
        {
            var rows = from draft in db.Drafts.AsNoTracking()
                       where draft.SongId == songId && draft.OwnerId == ownerId
                       join state in db.DraftStates.AsNoTracking() on new { DraftId = draft.Id, Number = draft.CurrentState } equals new { state.DraftId, state.Number }
                       select new { Draft = draft, State = state };
            return await rows.FirstOrDefaultAsync(stop) is { } row ? (row.Draft, DraftContent.Of(row.State)) : null;
        }

        /// <summary>The state of a draft under a number of its history.</summary>
        public async Task<DraftContent> ReadStateAsync(Guid draftId, int number, CancellationToken stop) =>
            DraftContent.Of(await db.DraftStates.AsNoTracking().FirstAsync(state => state.DraftId == draftId && state.Number == number, stop));

        /// <summary>Whether somebody's song is there and has no draft yet.</summary>
        public async Task<bool> MayHaveDraftAsync(Guid ownerId, Guid songId, CancellationToken stop) =>
            await db.Songs.AnyAsync(song => song.Id == songId && song.OwnerId == ownerId, stop) && !await db.Drafts.AnyAsync(draft => draft.SongId == songId && draft.OwnerId == ownerId, stop);

        /// <summary>Adds a draft with its states so far, from number 0.</summary>
        public void AddDraft(Draft draft, params IEnumerable<DraftContent> states)
        {
            db.Drafts.Add(draft);
            db.DraftStates.AddRange(states.Select((content, number) => content.ToState(draft.Id, number)));
        }

        /// <summary>Inside a transaction, moves a draft on if it is still of this version, and locks it until the end.</summary>
        /// <returns>False when it is not: of several who change it at the same moment one is first.</returns>
        public async Task<bool> MoveDraftAsync(Draft seen, DraftHistory history, DateTimeOffset now, CancellationToken stop) =>
            await db.Drafts.Where(draft => draft.Id == seen.Id && draft.OwnerId == seen.OwnerId && draft.Version == seen.Version).ExecuteUpdateAsync(
                set => set.SetProperty(draft => draft.Version, seen.Version + 1).SetProperty(draft => draft.UpdatedAt, now)
                    .SetProperty(draft => draft.OldestState, history.Oldest).SetProperty(draft => draft.CurrentState, history.Current).SetProperty(draft => draft.NewestState, history.Newest),
                stop) == 1;

        /// <summary>Adds the newest state of a history; those that it holds no more are removed. The caller saves, with the draft locked.</summary>
        public async Task AddStateAsync(Guid draftId, DraftHistory history, DraftContent content, CancellationToken stop)
        {
            await db.DraftStates.Where(state => state.DraftId == draftId && (state.Number < history.Oldest || state.Number >= history.Newest)).ExecuteDeleteAsync(stop);
            db.DraftStates.Add(content.ToState(draftId, history.Newest));
        }
    }
}
