using Downbeat.Data;
using Downbeat.Http;
using Downbeat.Storage;

namespace Downbeat.Features.Uploads;

/// <summary>What an upload may become. Each room that takes files registers its own.</summary>
/// <param name="Name">As the metadata of an upload names it, such as <c>song</c>.</param>
/// <param name="MaxBytes">Largest file.</param>
/// <param name="TooLarge">What to say about a larger one.</param>
/// <param name="AdmitAsync">Refuses an owner who may bring no more, or a song that is not theirs, before a byte is taken.</param>
/// <param name="TakeAsync">Checks the whole file, keeps it, and gives the address of what it has become.</param>
internal sealed record UploadTarget(
    string Name,
    long MaxBytes,
    StudioProblem TooLarge,
    Func<Guid, Guid, CancellationToken, Task> AdmitAsync,
    Func<WholeUpload, CancellationToken, Task<string>> TakeAsync);

/// <summary>A file that has come as a whole and is to be taken.</summary>
/// <param name="OwnerId">Whose it is.</param>
/// <param name="SongId">The song that it is for; empty when it is for none.</param>
/// <param name="File">A copy of it, which may be moved.</param>
/// <param name="Workspace">Where the copy lies.</param>
/// <param name="NoteAsync">
/// Ends the upload in the transaction that keeps what it has become: so nothing is kept twice, whatever is killed between. Who has no transaction leaves it; then it ends after the file was taken, and
/// taking it again has to do no harm.
/// </param>
internal sealed record WholeUpload(Guid OwnerId, Guid SongId, Upload File, Workspace Workspace, Func<StudioDb, string, Task> NoteAsync);
