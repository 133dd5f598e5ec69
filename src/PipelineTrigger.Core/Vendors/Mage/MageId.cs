using System.Globalization;
using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Core.Vendors.Mage;

/// <summary>Mage's ids are 1 to 2147483647. Any other id breaks the server's shared database session, so it is never sent.</summary>
internal static class MageId
{
    /// <exception cref="PipelineException">InvalidInput.</exception>
    public static int Parse(string text, string what) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0
            ? id
            : throw RunId.Invalid(PipelineVendor.Mage, text, "must be a whole number from 1 to 2147483647", what);
}
